/** The two readers of the stream run and reach nothing, or do not even run. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

const minuteMs = 60_000;

const cutOff = (entry: string, outcome: string): Scenario => ({
  name: `failing-${entry}`,
  title: `No call of ${entry} arrives for a minute: ${outcome}.`,
  stock: plenty,
  async run(stage) {
    const broken = stage.operators.break(entry, 'cut off');
    const id = await stage.place('waiting');
    await stage.sleep(minuteMs);
    if (id) await stage.read(id);
    broken.mend();
  },
});

const forgotten: Scenario = {
  name: 'redrive-batch',
  title: 'relay-outbox crashes for 21 hours; handed the batch that was kept, it rejects the order.',
  stock: plenty,
  mayPark: true,
  async run(stage) {
    const { operators } = stage;
    const broken = operators.break('relay-outbox', 'crashes');
    await stage.place('forgotten');
    await stage.sleep(21 * 60 * minuteMs);
    broken.mend();
    await operators.redriveBatches('relay-outbox');
  },
};

export const failingReaders: readonly Scenario[] = [
  cutOff('relay-outbox', 'the order waits, and is then confirmed'),
  cutOff('project-order', 'the order is confirmed unseen, and then seen'),
  forgotten,
];
