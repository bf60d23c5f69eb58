/** Each step of the saga, there and back, fails until its retries are used up. */
import { hour } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

/** Above all tries of an execution, also when its end is not told and the watch has to find it. */
export const failsWithinMs = 2 * hour;

const compensations = ['cancel-shipment', 'void-payment', 'release-stock'] as const;

/** It does what it should, and nobody ever hears of it: the saga has to undo what it cannot know. */
const unheard = (entry: string, outcome: string): Scenario => ({
  name: `failing-${entry}`,
  title: `Every answer of ${entry} is lost: ${outcome}.`,
  stock: plenty,
  async run(stage) {
    const broken = stage.operators.break(entry, 'unheard');
    await stage.place('unheard');
    await stage.quiet();
    broken.mend();
  },
});

/** Everything has been done when it is needed, and it does not run until its execution has failed. */
const crashing = (entry: string, outcome: string): Scenario => ({
  name: `failing-${entry}`,
  title: `${entry} crashes whenever an undeliverable order needs it: ${outcome}.`,
  stock: plenty,
  mayPark: true,
  async run(stage) {
    const { operators } = stage;
    const broken = operators.break(entry, 'crashes');
    const failed = operators.invocationOf('recover-saga');
    await stage.place('stuck', { postalCode: '00000' });
    await stage.within(failsWithinMs, failed);
    broken.mend();
  },
});

/** Nobody hears of what gives up: the execution goes on, and then fails like one that has parked it. */
const unparked: Scenario = {
  name: 'failing-park-compensation',
  title:
    'No compensation works, nor can any be parked: a recovery undoes it all once they work again.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    const broken = [...compensations, 'park-compensation'].map((entry) =>
      operators.break(entry, 'crashes'),
    );
    const failed = operators.invocationOf('recover-saga');
    await stage.place('unparked', { postalCode: '00000' });
    await stage.within(failsWithinMs, failed);
    for (const each of broken) each.mend();
  },
};

const undone = 'the order is rejected and undone';
const parked = 'it is parked, the rest is undone, and a recovery does it once it works again';

export const failingSteps: readonly Scenario[] = [
  unheard('reserve-stock', undone),
  unheard('authorize-payment', undone),
  unheard('book-shipment', undone),
  unheard('confirm-order', 'the order is confirmed all the same'),
  crashing('reject-order', 'nothing is undone until a recovery decides'),
  ...compensations.map((entry) => crashing(entry, parked)),
  unparked,
];
