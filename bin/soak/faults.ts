/** Carries out a plan of faults on a living engine, and tells of each that has struck. */
import type { Engine } from '../../local/engine.ts';
import { Injector } from '../../local/explorer/injector.ts';
import { sleep } from '../../local/kernel/kernel.ts';
import { seededRandom } from '../../local/kernel/random.ts';
import type { DeliveryChaos } from '../../local/lambda/invoker.ts';
import { ArmedFaults } from './armed-faults.ts';
import { chaosKinds, engineKinds, nameOf, otherKinds } from './fault-kinds.ts';
import { type Episode, faultPlan } from './fault-plan.ts';

/** For `createEngine`, while there are faults. */
export const soakChaos: DeliveryChaos = { repeat: 0.02, overtakeMs: 500 };

export interface FaultsOptions {
  readonly seed: number;
  /** By the fault's name. */
  readonly onFault: (name: string) => void;
}

/** One write in so many meets a conflict that is due. */
const shareOfWrites = 0.05;

/** Ends with the engine. */
export function beginFaults(engine: Engine, { seed, onFault }: FaultsOptions): void {
  const { kernel } = engine;
  const random = seededRandom(seed + 1);
  const armed = new ArmedFaults(random);
  const asItIs = (name: string) => name;
  const sandbox = engine.model.tables.find(({ logicalId }) => logicalId.startsWith('Sandbox'));
  new Injector({
    engine,
    faultAt: (site) => armed.at(site),
    entryOf: asItIs,
    placeOf: asItIs,
    isProvider: (place) => place === sandbox?.name,
    onStrike: (_, kind) => onFault(nameOf(kind)),
    stale: (_, answer) => answer,
  });
  kernel.log.listen(({ kind }) => {
    if (kind in chaosKinds) onFault(chaosKinds[kind as keyof typeof chaosKinds]);
    if (kind === 'dynamodb.fault') onFault(otherKinds.conflict);
  });
  const begin = ({ kind, times, forMs }: Episode) => {
    if (kind === otherKinds.conflict)
      engine.dynamo.faults.conflict({ times, share: shareOfWrites });
    else if (kind === otherKinds.paused) {
      pauseMapping(engine, random, forMs);
      onFault(kind);
    } else {
      const found = engineKinds.find((each) => nameOf(each) === kind);
      if (found) armed.arm(found, times);
    }
  };
  void carryOut(kernel, faultPlan(seed, planned), begin);
}

const planned = [...engineKinds.map(nameOf), ...Object.values(otherKinds)];

async function carryOut(
  kernel: Engine['kernel'],
  plan: Iterable<Episode>,
  begin: (episode: Episode) => void,
): Promise<void> {
  for (const episode of plan) {
    await sleep(kernel, episode.waitMs, 'the next fault');
    begin(episode);
  }
}

function pauseMapping({ mappings, kernel }: Engine, random: () => number, forMs: number): void {
  const all = [...mappings.values()];
  const mapping = all[Math.floor(random() * all.length)];
  if (!mapping) throw new Error('the template has no mapping that could be paused');
  mapping.pause();
  kernel.after(forMs, 'a mapping resumes', () => mapping.resume());
}
