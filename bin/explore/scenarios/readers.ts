/** Sessions of readers, while what they read moves on. */
import { plenty } from '../requests.ts';
import type { Scenario, Stage } from './scenario.ts';

const lastVersion = 3;
const mostReads = 8;

/** Asks for something newer than it has, until it has the last there will be. */
async function follow(stage: Stage, id: string): Promise<void> {
  let known = 1;
  for (let reads = 0; reads < mostReads && known < lastVersion; reads++) {
    const { json } = await stage.read(id, { known, wait: 5 });
    known = (json as { version?: number } | undefined)?.version ?? known;
  }
}

/** Looks again and again, and asks for nothing in particular. */
async function glance(stage: Stage, id: string): Promise<void> {
  for (let looks = 0; looks < mostReads; looks++) {
    await stage.read(id);
    await stage.sleep(400);
  }
}

async function list(stage: Stage, client: string): Promise<void> {
  await stage.persist({ path: '/orders', as: client });
  await stage.sleep(2_000);
  await stage.persist({ path: '/orders?status=CONFIRMED', as: client });
}

export const readers: Scenario = {
  name: 'readers',
  title: 'Customers follow and list an order that moves: nobody goes back, no stranger sees it.',
  stock: plenty,
  async run(stage) {
    const id = await stage.place('followed');
    if (!id) return;
    await Promise.all([
      ...[follow(stage, id), glance(stage, id)],
      ...[list(stage, 'alice'), list(stage, 'mallory')],
    ]);
    await stage.read(id, { known: lastVersion });
    const day = new Date(stage.now()).toISOString().slice(0, 10);
    await stage.persist({ path: `/sales?day=${day}`, as: 'operator' });
  },
};
