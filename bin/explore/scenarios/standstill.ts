/** Nobody looks after an order for so long that its payment provider forgets what it was asked. */
import { hour } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import { stopIn } from './redriven-executions.ts';
import type { Scenario } from './scenario.ts';

/** A provider keeps its keys for 24 hours. */
const keysForgottenMs = 26 * hour;

export const standstill: Scenario = {
  name: 'standstill',
  title:
    'An execution stops with money held, and recovery is off for 26 hours: rejected and undone.',
  stock: plenty,
  async run(stage) {
    const recovery = ['recover-saga', 'watch-deadline'] as const;
    stage.operators.pause(...recovery);
    await stopIn(stage, 'authorize-payment', '12345');
    await stage.sleep(keysForgottenMs);
    stage.operators.resume(...recovery);
  },
};
