/** A refusal half-way: of what was done before it nothing is left. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

export const declined: Scenario = {
  name: 'declined',
  title: 'The payment provider declines the card: the order is rejected and its stock released.',
  stock: plenty,
  async run(stage) {
    await stage.place('declined', { method: 'pm_card_chargeDeclined' });
  },
};
