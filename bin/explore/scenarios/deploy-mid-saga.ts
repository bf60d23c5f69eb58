/** New code for every function, while an order is on its way. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

const minuteMs = 60_000;
const moments = ['authorize-payment', 'confirm-order', 'capture-payment'] as const;

export const deployMidSaga: Scenario = {
  name: 'deploy-mid-saga',
  title: 'All code is deployed anew at three moments of an order: it is confirmed all the same.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    const reached = moments.map((entry) => operators.invocationOf(entry));
    await stage.place('deployed');
    for (const moment of reached) {
      await stage.within(minuteMs, moment);
      operators.deploy();
    }
  },
};
