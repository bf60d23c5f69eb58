/** What one case creates, under names nobody else has, and its removal whatever became of the case. */
import { randomBytes } from 'node:crypto';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { QueueAttributeName } from '@aws-sdk/client-sqs';
import type { Clients } from './case.ts';
import { eventually } from './expect.ts';

export type TableShape = Partial<CreateTableCommandInput>;
export type Attributes = Partial<Record<QueueAttributeName, string>>;

/** Longest that AWS takes for a new table. */
const tableReadyWithinMs = 120_000;

export class Scratch {
  readonly roleArn: string;
  readonly #clients: Clients;
  readonly #creations: Promise<unknown>[] = [];
  readonly #removals: (() => Promise<unknown>)[] = [];
  #isOver = false;

  constructor(clients: Clients, roleArn: string) {
    this.#clients = clients;
    this.roleArn = roleArn;
  }

  /** Every resource of a run can be told by its beginning. */
  name(): string {
    return `conformance-${randomBytes(8).toString('hex')}`;
  }

  /** A table with partition key `pk`, ready; returns its name. */
  async table(shape: TableShape = {}): Promise<string> {
    const { dynamodb } = this.#clients;
    const TableName = this.name();
    await this.create(
      () =>
        dynamodb.createTable({
          TableName,
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          ...shape,
        }),
      () => dynamodb.deleteTable({ TableName }),
    );
    await eventually(
      `table ${TableName} is ACTIVE`,
      async () => (await dynamodb.describeTable({ TableName })).Table,
      (table) => table?.TableStatus === 'ACTIVE',
      tableReadyWithinMs,
    );
    return TableName;
  }

  /** A queue; returns its URL. */
  async queue(attributes: Attributes = {}, name = this.name()): Promise<string> {
    const { sqs } = this.#clients;
    const { QueueUrl = '' } = await this.create(
      () => sqs.createQueue({ QueueName: name, Attributes: attributes }),
      ({ QueueUrl }) => sqs.deleteQueue({ QueueUrl }),
    );
    return QueueUrl;
  }

  /** A Standard machine in JSONata whose first state is `Start`; returns its ARN. */
  async machine(states: Readonly<Record<string, object>>, rest: object = {}): Promise<string> {
    const { states: api } = this.#clients;
    const { stateMachineArn = '' } = await this.create(
      () =>
        api.createStateMachine({
          name: this.name(),
          definition: definitionOf(states, rest),
          roleArn: this.roleArn,
        }),
      ({ stateMachineArn }) => api.deleteStateMachine({ stateMachineArn }),
    );
    return stateMachineArn;
  }

  /** What `make` creates is removed at the end. */
  create<T>(make: () => Promise<T>, remove: (made: T) => Promise<unknown>): Promise<T> {
    if (this.#isOver) return Promise.reject(new Error('the case is over: nothing is created'));
    const made = make().then((it) => {
      this.#removals.unshift(() => remove(it));
      return it;
    });
    this.#creations.push(made);
    return made;
  }

  /** Removes the latest first, and goes on where a removal fails; returns what failed. */
  async clear(): Promise<unknown[]> {
    this.#isOver = true;
    await Promise.allSettled(this.#creations);
    const failed: unknown[] = [];
    for (const remove of this.#removals.splice(0))
      await remove().catch((error: unknown) => {
        if (!isGone(error)) failed.push(error);
      });
    return failed;
  }
}

export const definitionOf = (states: Readonly<Record<string, object>>, rest: object = {}): string =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Start', States: states, ...rest });

/** A case may have deleted what it created. */
const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  /^(ResourceNotFoundException|QueueDoesNotExist|StateMachineDoesNotExist)$/.test(error.name);
