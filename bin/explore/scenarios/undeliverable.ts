/** A refusal by the last participant: everything before it has an effect to undo. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

export const undeliverable: Scenario = {
  name: 'undeliverable',
  title: 'The carrier does not go to the address: money held and stock reserved are given back.',
  stock: plenty,
  async run(stage) {
    await stage.place('undeliverable', { postalCode: '00000' });
  },
};
