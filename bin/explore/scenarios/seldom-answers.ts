/** DynamoDB answers as it seldom does: batches by half, and reads that nobody insists on out of date. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

const halves: Scenario = {
  name: 'half-read-batches',
  title:
    'Every batch of keys is answered but for the last: asked for again, the order is confirmed.',
  stock: plenty,
  async run(stage) {
    const readers = ['place-order', 'confirm-order', 'list-orders'] as const;
    const broken = readers.map((entry) => stage.operators.break(entry, 'read by half'));
    await stage.place('half');
    await stage.place('other-half');
    await stage.quiet();
    await stage.persist({ path: '/orders' });
    for (const each of broken) each.mend();
  },
};

const replicas: Scenario = {
  name: 'late-replicas',
  title: 'Replicas have heard of nothing, and nobody relies on them: confirmed, and read as it is.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    const reserving = operators.break('reserve-stock', 'read late');
    const id = await stage.place('replicated');
    await stage.quiet();
    reserving.mend();
    if (!id) return;
    await stage.read(id);
    const reading = operators.break('get-order', 'read late');
    await stage.read(id);
    reading.mend();
  },
};

export const seldomAnswers: readonly Scenario[] = [halves, replicas];
