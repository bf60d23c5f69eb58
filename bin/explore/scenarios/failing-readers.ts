/** The two readers of the stream run and reach nothing, or do not even run. */
import { hour, minute } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

const cutOff = (entry: string, outcome: string): Scenario => ({
  name: `failing-${entry}`,
  title: `No call of ${entry} arrives for a minute: ${outcome}.`,
  stock: plenty,
  async run(stage) {
    const broken = stage.operators.break(entry, 'cut off');
    const id = await stage.place('waiting');
    await stage.sleep(minute);
    if (id) await stage.read(id);
    broken.mend();
  },
});

const forgotten: Scenario = {
  name: 'redrive-batch',
  title:
    'relay-outbox crashes for 21 hours, and is handed the batch that was kept: too late, so rejected.',
  stock: plenty,
  mayPark: true,
  async run(stage) {
    const { operators } = stage;
    const broken = operators.break('relay-outbox', 'crashes');
    await stage.place('forgotten');
    await stage.sleep(21 * hour);
    broken.mend();
    await operators.redriveBatches('relay-outbox');
  },
};

const unseen: Scenario = {
  name: 'redrive-batch-view',
  title:
    'project-order crashes for 21 hours; handed the batches that were kept, it shows the order.',
  stock: plenty,
  mayPark: true,
  async run(stage) {
    const { operators } = stage;
    const broken = operators.break('project-order', 'crashes');
    const id = await stage.place('unseen');
    await stage.sleep(21 * hour);
    broken.mend();
    await operators.redriveBatches('project-order');
    if (id) await stage.read(id);
  },
};

export const failingReaders: readonly Scenario[] = [
  cutOff('relay-outbox', 'the order waits, and is then confirmed'),
  cutOff('project-order', 'the order is confirmed unseen, and then seen'),
  forgotten,
  unseen,
];
