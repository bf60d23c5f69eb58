/** What operators write into the Orders table past every function: nobody else deletes, and history is long. */
import type { Engine } from '../../local/engine.ts';
import { operator } from './dead-letters.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const mostWrites = 25;

export class TableEdits {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Deletes the item of an order. */
  async erase(id: string): Promise<void> {
    await this.#call('DeleteItem', { TableName: this.#orders, Key: { id: { S: id } } });
  }

  /** So many requests that were refused long ago, by a customer who never comes back. */
  async addRefusals(count: number): Promise<void> {
    const refusals = Array.from({ length: count }, (_, index) => ({
      PutRequest: {
        Item: { id: { S: `refused-${index}` }, status: { S: 'REFUSED' }, customer: { S: 'zoe' } },
      },
    }));
    for (let at = 0; at < count; at += mostWrites)
      await this.#call('BatchWriteItem', {
        RequestItems: { [this.#orders]: refusals.slice(at, at + mostWrites) },
      });
  }

  get #orders(): string {
    const found = this.#engine.model.tables.find(({ logicalId }) => logicalId.startsWith('Orders'));
    if (!found) throw new Error('the template has no table of orders');
    return found.name;
  }

  #call(action: string, input: Record<string, unknown>): Promise<object> {
    return this.#engine.gateway.call({ service: 'dynamodb', action, input, caller: operator });
  }
}
