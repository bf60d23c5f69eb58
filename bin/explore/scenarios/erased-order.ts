/** What no function does and a person can: the item of an order goes, and nothing may bring it back. */
import { minute } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

/** Behind it a late copy of the client's request would make the order anew: its key is gone with it. */
const noLateRequestMs = 30 * minute;

export const erasedOrder: Scenario = {
  name: 'erased-order',
  title:
    'The item of an order that has ended is deleted: it leaves the view, and nobody hears of it.',
  stock: plenty,
  // What comes again of an order that is gone has nothing left to do it for.
  mayPark: true,
  async run(stage) {
    const id = await stage.place('erased');
    await stage.quiet();
    if (!id) return;
    await stage.sleep(noLateRequestMs);
    await stage.operators.tables.erase(id);
    await stage.quiet();
    await stage.read(id);
  },
};
