/** A DynamoDB of the engine on virtual time, which can be started anew on what was kept. */

import { createDynamoClient } from '../../../local/dynamodb/client.ts';
import { createDynamoDb, type DynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { type Dynoxide, startDynoxide } from '../../../local/dynamodb/dynoxide.ts';
import { Meter } from '../../../local/gateway/meter.ts';
import type { AwsError } from '../../../local/gateway/service.ts';
import { type Journal, openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { TableModel } from '../../../local/template/model.ts';
import { ordersTable } from './sample-table.ts';

type Input = Record<string, unknown>;
export type Answer = Record<string, unknown>;

const outside = { name: 'outside', roleArn: undefined };

export class Store {
  readonly #dynoxide: Dynoxide;
  journal: Journal = openJournal(undefined);
  kernel = new VirtualKernel(1);
  meter = new Meter();
  dynamo: DynamoDb | undefined;

  constructor(dynoxide: Dynoxide) {
    this.#dynoxide = dynoxide;
  }

  static async start(): Promise<Store> {
    return new Store(await startDynoxide());
  }

  /** Empty tables, nothing kept. */
  async begin(tables: readonly TableModel[] = [ordersTable], seed = 1): Promise<void> {
    await this.dynamo?.close();
    this.journal.close();
    this.#dynoxide.reset();
    this.journal = openJournal(undefined);
    await this.#create(tables, new VirtualKernel(seed));
  }

  /** As after a kill: what was there is dropped without a word, and made anew a while later. */
  async restart(tables: readonly TableModel[] = [ordersTable], afterMs = 1000): Promise<void> {
    await this.#create(tables, new VirtualKernel(2, this.kernel.now() + afterMs));
  }

  async #create(tables: readonly TableModel[], own: VirtualKernel): Promise<void> {
    const { endpoint, databasePath } = this.#dynoxide;
    this.kernel = own;
    this.meter = new Meter();
    const { kernel, meter, journal } = this;
    this.dynamo = await createDynamoDb({
      ...{ kernel, endpoint, databasePath, tables, meter, journal },
    });
  }

  get own(): DynamoDb {
    if (this.dynamo) return this.dynamo;
    throw new Error('begin() comes first');
  }

  /** The promise of an answer, which comes when time passes. */
  send(action: string, input: Input = {}): Promise<Answer> {
    return this.own.call(action, input, outside) as Promise<Answer>;
  }

  call(action: string, input: Input = {}): Promise<Answer> {
    return this.kernel.drive(this.send(action, input));
  }

  /** The error a call is refused with. */
  async refusal(action: string, input: Input = {}): Promise<AwsError> {
    const answer = await this.call(action, input).catch((error: AwsError) => error);
    if (answer instanceof Error) return answer;
    throw new Error(`${action} was expected to be refused: ${JSON.stringify(answer)}`);
  }

  /** What the store did although a kill kept the engine from noticing. */
  async unnoticed(action: string, input: Input): Promise<void> {
    const client = createDynamoClient(this.#dynoxide.endpoint);
    await client.send(`DynamoDB_20120810.${action}`, input);
    await client.close();
  }

  put(id: string, more: Input = {}): Promise<Answer> {
    return this.call('PutItem', { TableName: 'Orders', Item: { id: { S: id }, ...more } });
  }

  async ids(): Promise<string[]> {
    const items = await this.kernel.drive(this.own.scan('Orders'));
    return items.map(({ id }) => String(id?.S)).sort();
  }

  stream(after?: string) {
    return this.kernel.drive(this.own.readStream('Orders', after, 1000));
  }

  async stop(): Promise<void> {
    await this.dynamo?.close();
    this.journal.close();
    await this.#dynoxide.stop();
  }
}
