/** Executions that break in the middle of their work, and nobody redrives them: recovery is all there is. */
import { minute } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import { failsWithinMs } from './failing-steps.ts';
import { stopIn } from './redriven-executions.ts';
import type { Scenario } from './scenario.ts';

/** Of six executions, and of the waits between them. */
const hopelessMs = 45 * minute;
const undeliverable = '00000';

const undoing: Scenario = {
  name: 'stopped-undoing',
  title:
    'An execution is stopped when its order is rejected, and before any undo: a recovery undoes.',
  stock: plenty,
  run: (stage) => stopIn(stage, 'reject-order', undeliverable).then(() => {}),
};

/** What cannot be reached is tried for longer than what crashes: past the watch over the deadline. */
const slow: Scenario = {
  name: 'failing-slowly',
  title:
    'reject-order reaches nothing until its execution has failed, past the deadline: rejected.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    const broken = operators.break('reject-order', 'cut off');
    const failed = operators.invocationOf('recover-saga');
    await stage.place('slow', { postalCode: undeliverable });
    await stage.within(failsWithinMs, failed);
    broken.mend();
  },
};

const forGood: Scenario = {
  name: 'failing-for-good',
  title: 'void-payment crashes for 45 minutes: after five recoveries the order waits for a person.',
  stock: plenty,
  mayPark: true,
  async run(stage) {
    const broken = stage.operators.break('void-payment', 'crashes');
    await stage.place('hopeless', { postalCode: undeliverable });
    await stage.sleep(hopelessMs);
    broken.mend();
  },
};

export const brokenRecoveries: readonly Scenario[] = [undoing, slow, forGood];
