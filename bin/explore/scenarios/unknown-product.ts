/** A refusal that the intake remembers. */
import { plenty, pricing } from '../requests.ts';
import type { Scenario } from './scenario.ts';

export const unknownProduct: Scenario = {
  name: 'unknown-product',
  title: 'An order of what is not sold is refused, and so is its repeat when it is sold by then.',
  stock: plenty,
  async run(stage) {
    const lines = { mug: 1, teapot: 1 };
    await stage.place('unknown', { lines });
    await stage.persist(pricing('teapot', 3000));
    await stage.place('unknown', { lines });
  },
};
