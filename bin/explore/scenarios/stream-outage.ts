/** The stream forgets what nobody has read for a day; the orders themselves do not. */
import { hour, minute } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

const readers = ['relay-outbox', 'project-order'] as const;

export const streamOutage: Scenario = {
  name: 'stream-outage',
  title:
    'Both readers are off for 30 hours, from before one order is confirmed: a rescue makes up.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    const deciding = operators.invocationOf('confirm-order');
    await stage.place('before');
    await stage.within(5 * minute, deciding);
    const sinceMs = stage.now();
    operators.pause(...readers);
    await stage.place('meanwhile');
    await stage.sleep(30 * hour);
    operators.resume(...readers);
    await operators.rescue(sinceMs);
  },
};
