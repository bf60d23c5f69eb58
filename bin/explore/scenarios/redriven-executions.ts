/** An operator stops an execution in the middle of a state, and redrives it. */
import { day, minute } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import { failsWithinMs } from './failing-steps.ts';
import type { Scenario, Stage } from './scenario.ts';

const deliverable = '12345';
const undeliverable = '00000';

/** The state has taken effect, and its answer has not come; answers the order's id. */
export async function stopIn(
  stage: Stage,
  entry: string,
  postalCode: string,
): Promise<string | undefined> {
  const broken = stage.operators.break(entry, 'unheard');
  const id = await stage.place('stopped', { postalCode });
  await stage.within(10 * minute, broken.struck);
  if (id) await stage.operators.stopExecutions(id);
  broken.mend();
  return id;
}

/** Recovery begins another execution at once; then the stopped one goes on too. */
const besideRecovery = (entry: string, postalCode: string, outcome: string): Scenario => ({
  name: `redrive-execution-${entry}`,
  title: `An execution stopped in ${entry} is redriven beside recovery: the order is ${outcome}.`,
  stock: plenty,
  async run(stage) {
    const id = await stopIn(stage, entry, postalCode);
    await stage.within(10 * minute, stage.operators.invocationOf('reserve-stock'));
    if (id) await stage.operators.redriveExecutions(id);
  },
});

const afterDays: Scenario = {
  name: 'redrive-execution-after-days',
  title:
    'A stopped execution is redriven 13 days after another one confirmed the order: no effect.',
  stock: plenty,
  async run(stage) {
    const id = await stopIn(stage, 'authorize-payment', deliverable);
    await stage.quiet();
    await stage.sleep(13 * day);
    if (id) await stage.operators.redriveExecutions(id);
  },
};

/** Late enough for DynamoDB to have forgotten the first writes' tokens, and before the deadline. */
const lateMs = 11 * minute;

const late: Scenario = {
  name: 'redrive-execution-late',
  title: 'An execution stopped in reserve-stock is redriven late, with recovery off: confirmed.',
  stock: plenty,
  async run(stage) {
    stage.operators.pause('recover-saga');
    const id = await stopIn(stage, 'reserve-stock', deliverable);
    await stage.sleep(lateMs);
    if (id) await stage.operators.redriveExecutions(id);
    stage.operators.resume('recover-saga');
  },
};

const afterUndo: Scenario = {
  name: 'redrive-execution-after-undo',
  title: 'An execution stopped in reserve-stock is redriven when another has undone all: refused.',
  stock: plenty,
  async run(stage) {
    const id = await stopIn(stage, 'reserve-stock', undeliverable);
    await stage.sleep(lateMs);
    if (id) await stage.operators.redriveExecutions(id);
  },
};

/** The abort decision could not be made: nothing was undone. */
const failed: Scenario = {
  name: 'redrive-execution-failed',
  title: 'An execution that failed in reject-order is redriven beside recovery: undone once.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    const broken = operators.break('reject-order', 'crashes');
    const recovering = operators.invocationOf('recover-saga');
    const id = await stage.place('failed', { postalCode: undeliverable });
    await stage.within(failsWithinMs, recovering);
    broken.mend();
    await stage.within(10 * minute, operators.invocationOf('reserve-stock'));
    if (id) await operators.redriveExecutions(id);
  },
};

/** It ends where it ended before, since what was parked is not its to finish; recovery has done it. */
const parked: Scenario = {
  name: 'redrive-execution-parked',
  title:
    'An execution that parked void-payment is redriven once recovery has voided it: no effect.',
  stock: plenty,
  mayPark: true,
  async run(stage) {
    const { operators } = stage;
    const broken = operators.break('void-payment', 'crashes');
    const recovering = operators.invocationOf('recover-saga');
    const id = await stage.place('parked', { postalCode: undeliverable });
    await stage.within(failsWithinMs, recovering);
    broken.mend();
    await stage.quiet();
    if (id) await operators.redriveExecutions(id);
  },
};

export const redrivenExecutions: readonly Scenario[] = [
  besideRecovery('authorize-payment', deliverable, 'confirmed once'),
  besideRecovery('book-shipment', deliverable, 'confirmed once'),
  besideRecovery('confirm-order', deliverable, 'confirmed once'),
  besideRecovery('reject-order', undeliverable, 'undone once'),
  besideRecovery('cancel-shipment', undeliverable, 'undone once'),
  besideRecovery('void-payment', undeliverable, 'undone once'),
  besideRecovery('release-stock', undeliverable, 'undone once'),
  afterDays,
  late,
  afterUndo,
  failed,
  parked,
];
