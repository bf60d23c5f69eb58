/** Tenants stay apart, whatever they have in common. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

export const sameKeyTwoCustomers: Scenario = {
  name: 'same-key-two-customers',
  title: 'Two customers use the same key at once: two orders, of which each sees only the own.',
  stock: plenty,
  async run(stage) {
    const [hers, his] = await Promise.all([
      stage.place('shared', { as: 'alice' }),
      stage.place('shared', { as: 'bob' }),
    ]);
    if (!hers || !his) return;
    await Promise.all([stage.read(his, { as: 'alice' }), stage.cancel(hers, 1, 'bob')]);
    await stage.quiet();
    await Promise.all([
      stage.read(hers, { as: 'bob' }),
      stage.persist({ path: '/orders', as: 'alice' }),
      stage.persist({ path: '/orders', as: 'bob' }),
    ]);
  },
};
