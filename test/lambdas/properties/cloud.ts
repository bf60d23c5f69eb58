/** What entries reach through their clients, in memory: tables, the saga's executions, queues. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ExecutionAlreadyExists, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import type { Attributes } from '../../../lambdas/adapters/dynamo.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';

export type Execution = {
  readonly input: string;
  readonly status: 'RUNNING' | 'FAILED';
  readonly stopDate?: Date;
};
/** How a queue takes a request of several messages. */
export type Mood = 'takes all' | 'fails every other' | 'fails before' | 'fails after';

type Entry = { readonly Id: string; readonly MessageBody: string };
type Input = Record<string, string> & { readonly Entries: readonly Entry[] };
type Send = (command: { readonly constructor: { readonly name: string }; input: Input }) => unknown;

const keys = {
  orders: 'id',
  payments: 'orderId',
  notifications: 'eventId',
  parked: 'id',
  view: 'id',
  sandbox: ['pk', 'sk'],
} as const;
type Table = keyof typeof keys;
const tableNames = Object.keys(keys) as Table[];

export class Cloud {
  readonly tables = createFakeTables(keys);
  readonly executions = new Map<string, Execution>();
  /** Queue, body and delay of every message that was accepted, in order. */
  readonly sent: string[] = [];
  /** Of the next requests to queues; all later ones are taken. */
  readonly moods: Mood[] = [];
  /** Awaited before every call. */
  pause: () => Promise<unknown> = async () => {};

  copy(): Cloud {
    const copy = new Cloud();
    for (const table of tableNames)
      for (const item of this.tables.items(table)) copy.tables.put(table, item);
    for (const [name, execution] of this.executions) copy.executions.set(name, execution);
    return copy;
  }

  /** All that has come of it, but for how often the same was sent, and counters of nothing. */
  state() {
    const rows = (table: Table): Attributes[] =>
      this.tables
        .items(table)
        .filter((item) => !isEmptyCounter(item))
        .sort((a, b) => (keyOf(table, a) < keyOf(table, b) ? -1 : 1));
    return {
      rows: Object.fromEntries(tableNames.map((table) => [table, rows(table)])),
      executions: [...this.executions].sort(([a], [b]) => (a < b ? -1 : 1)),
      sent: [...new Set(this.sent)].sort(),
    };
  }

  async #table(command: string, input: unknown): Promise<unknown> {
    await this.pause();
    return this.tables.answer(command, input);
  }

  async #machine(command: string, { name = '', input = '', executionArn = '' }: Input) {
    await this.pause();
    if (command === 'DescribeExecutionCommand') {
      const found = this.executions.get(executionArn.split(':').at(-1) ?? '');
      if (!found) throw new ExecutionDoesNotExist({ message: 'none', $metadata: {} });
      return found;
    }
    if (command !== 'StartExecutionCommand') throw new Error(`no machine knows ${command}`);
    const found = this.executions.get(name);
    if (found && found.status !== 'RUNNING')
      throw new ExecutionAlreadyExists({ message: 'closed', $metadata: {} });
    this.executions.set(name, { input, status: 'RUNNING' });
    return {};
  }

  async #queue(command: string, input: Input): Promise<unknown> {
    await this.pause();
    const { QueueUrl = '', MessageBody = '', DelaySeconds = '' } = input;
    const accept = (body: string) => this.sent.push(`${QueueUrl} ${DelaySeconds} ${body}`);
    if (command === 'SendMessageCommand') return accept(MessageBody);
    if (command !== 'SendMessageBatchCommand') throw new Error(`no queue knows ${command}`);
    const mood = this.moods.shift() ?? 'takes all';
    const unavailable = Object.assign(new Error('no'), { name: 'ServiceUnavailable' });
    if (mood === 'fails before') throw unavailable;
    const isFailed = (index: number) => mood === 'fails every other' && index % 2 === 0;
    for (const [index, { MessageBody: body }] of input.Entries.entries())
      if (!isFailed(index)) accept(body);
    if (mood === 'fails after') throw unavailable;
    return { Failed: input.Entries.filter((_, index) => isFailed(index)) };
  }

  /** Every client that an entry makes, or has made, answers from the cloud that `current` says. */
  static stub(current: () => Cloud): void {
    const answering =
      (answer: (cloud: Cloud, command: string, input: Input) => unknown): Send =>
      ({ constructor: of, input }) =>
        answer(current(), of.name, input);
    const stub = (prototype: object, send: Send) =>
      vi.spyOn(prototype as { send: Send }, 'send').mockImplementation(send);
    stub(
      DynamoDBClient.prototype,
      answering((cloud, command, input) => cloud.#table(command, input)),
    );
    stub(
      SFNClient.prototype,
      answering((cloud, command, input) => cloud.#machine(command, input)),
    );
    stub(
      SQSClient.prototype,
      answering((cloud, command, input) => cloud.#queue(command, input)),
    );
  }
}

const isEmptyCounter = ({ id, ...sums }: Attributes): boolean =>
  String(id).startsWith('sales#') && Object.values(sums).every((sum) => sum === 0);

const keyOf = (table: Table, item: Attributes): string =>
  [keys[table]]
    .flat()
    .map((name) => String(item[name]))
    .join('|');
