/** Every function is deployed while an order is on its way: what it kept in memory is gone. */
import { minute } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

const moments = ['authorize-payment', 'confirm-order', 'capture-payment'] as const;

export const deployMidSaga: Scenario = {
  name: 'deploy-mid-saga',
  title:
    'Every function is started anew, as when it is deployed, at three moments of an order: confirmed.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    const reached = moments.map((entry) => operators.invocationOf(entry));
    await stage.place('deployed');
    for (const moment of reached) {
      await stage.within(minute, moment);
      operators.deploy();
    }
  },
};
