/** The catalogue changes under an order. */
import { plenty, pricing } from '../requests.ts';
import type { Scenario } from './scenario.ts';

export const products: Scenario = {
  name: 'products',
  title: 'A price changes while an order is placed: the order keeps one price, and so do repeats.',
  stock: plenty,
  async run(stage) {
    await Promise.all([stage.place('dear'), stage.persist(pricing('mug', 1300))]);
    await stage.place('dear');
    await Promise.all([
      stage.persist({ path: '/products/mug' }),
      stage.persist({ path: '/products' }),
    ]);
  },
};
