/** A consumer is broken for so long that a message dies; once it is mended, an operator redrives it. */
import { day, minute } from '../../../local/explorer/durations.ts';
import type { Breakdown } from '../breakdowns.ts';
import { plenty } from '../requests.ts';
import type { Scenario, Stage } from './scenario.ts';

interface Death {
  readonly entry: string;
  readonly how: Breakdown;
  /** What happens while it is broken, and must bring it a message. */
  readonly meanwhile: (stage: Stage) => Promise<unknown>;
}

async function dieAndRedrive(stage: Stage, { entry, how, meanwhile }: Death): Promise<void> {
  const { operators } = stage;
  const broken = operators.break(entry, how);
  await meanwhile(stage);
  await operators.awaitDeadLetter(entry);
  broken.mend();
  await operators.redriveDeadLetters(entry);
  await redriveStragglers(stage, entry);
}

const mostStragglers = 5;

/** A copy of the message, which faults may have made, dies a little later. */
async function redriveStragglers(stage: Stage, entry: string): Promise<void> {
  for (let looks = 0; looks < mostStragglers; looks++) {
    await stage.quiet();
    if ((await stage.operators.redriveDeadLetters(entry)) === 0) return;
  }
}

const dying = (death: Death, title: string): Scenario => ({
  name: `redrive-${death.entry}`,
  title,
  stock: plenty,
  run: (stage) => dieAndRedrive(stage, death),
});

const placeOne = (stage: Stage) => stage.place('dying');

const start = dying(
  { entry: 'start-saga', how: 'cut off', meanwhile: placeOne },
  'No execution can be started until the order is too old: it is rejected, also by the redrive.',
);
const capture = dying(
  { entry: 'capture-payment', how: 'unheard', meanwhile: placeOne },
  'The money is captured unheard until the message dies: its redrive captures nothing more.',
);
const notify = dying(
  { entry: 'notify-customer', how: 'unheard', meanwhile: placeOne },
  'The customer is told unheard until the message dies: its redrive tells her nothing more.',
);

const rescue = dying(
  {
    ...{ entry: 'rescue-outbox', how: 'cut off' },
    async meanwhile(stage) {
      const sinceMs = stage.now();
      await placeOne(stage);
      await stage.operators.rescue(sinceMs);
    },
  },
  'A rescue that nobody needs dies and is redriven: nothing is told that was not told before.',
);

const watch: Scenario = {
  name: 'redrive-watch-deadline',
  title: 'Nobody starts an order and the watch over its deadline dies: the redrive rejects it.',
  stock: plenty,
  async run(stage) {
    stage.operators.pause('start-saga');
    const entry = 'watch-deadline';
    await dieAndRedrive(stage, { entry, how: 'crashes', meanwhile: placeOne });
    await stage.sleep(minute);
    stage.operators.resume('start-saga');
  },
};

/** The watch over the deadline would recover it as well. */
const recover: Scenario = {
  name: 'redrive-recover-saga',
  title: 'An execution is stopped and nobody can recover it: the redrive undoes the order.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    operators.pause('watch-deadline');
    const meanwhile = async () => {
      const begun = operators.invocationOf('book-shipment');
      const id = await stage.place('stopped');
      await stage.within(5 * minute, begun);
      if (id) await operators.stopExecutions(id);
    };
    await dieAndRedrive(stage, { entry: 'recover-saga', how: 'cut off', meanwhile });
    await stage.sleep(minute);
    operators.resume('watch-deadline');
  },
};

const late: Scenario = {
  name: 'redrive-after-days',
  title:
    'Bill and e-mail of an order are dead for 13 days: the e-mail goes out, the bill is parked.',
  stock: plenty,
  mayPark: true,
  async run(stage) {
    const { operators } = stage;
    const consumers = ['capture-payment', 'notify-customer'] as const;
    const broken = consumers.map((entry) => operators.break(entry, 'crashes'));
    await stage.place('old');
    for (const entry of consumers) await operators.awaitDeadLetter(entry);
    for (const each of broken) each.mend();
    await stage.sleep(13 * day);
    for (const entry of consumers) await operators.redriveDeadLetters(entry);
    for (const entry of consumers) await redriveStragglers(stage, entry);
  },
};

export const deadLetters: readonly Scenario[] = [
  start,
  watch,
  recover,
  capture,
  notify,
  rescue,
  late,
];
