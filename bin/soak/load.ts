/** The clients of a soak: each runs one errand after the other until it is told to finish. */
import { seededRandom } from '../../local/kernel/random.ts';
import { adjusting, pricing } from '../explore/requests.ts';
import type { Operation } from '../explore/world.ts';
import { Desk, type DeskOptions } from './desk.ts';
import { type Client, runErrand } from './errands.ts';
import { shelf } from './shopping.ts';

export interface LoadOptions extends Omit<DeskOptions, 'operations'> {
  readonly clients: number;
  readonly seed: number;
}

export class Load {
  /** Every request of every client, in the order of their beginnings. */
  readonly operations: Operation[] = [];
  accepted = 0;
  readonly #options: LoadOptions;
  readonly #desk: Desk;
  #isFinishing = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#desk = new Desk({ ...options, operations: this.operations });
  }

  /** What everything is bought from. */
  async stockUp(): Promise<void> {
    await Promise.all(
      shelf.map(async ({ sku, stock, price }) => {
        await this.#desk.ask(pricing(sku, price.amount));
        await this.#desk.ask(adjusting({ sku, delta: stock, key: `stock-${sku}` }));
      }),
    );
  }

  /** Resolves when all have finished what they had begun; rejects when one cannot go on. */
  async run(): Promise<void> {
    const names = Array.from({ length: this.#options.clients }, (_, n) => `client${n + 1}`);
    await Promise.all(
      names.map((name, n) => this.#live(name, seededRandom(this.#options.seed + n))),
    );
  }

  /** No further errands. */
  finish(): void {
    this.#isFinishing = true;
  }

  async #live(name: string, random: () => number): Promise<void> {
    const placed: Client['placed'] = [];
    const onPlaced = () => void this.accepted++;
    const same = { name, desk: this.#desk, random, placed, onPlaced };
    for (let count = 0; !this.#isFinishing; count++) await runErrand({ ...same, count });
  }
}
