/**
 * Many faults in one run, drawn from a seed: a few kinds, at a rate of the seed's own. What has struck
 * is a schedule like any other, so that it can be repeated and shrunk.
 */
import type { FaultKind } from '../../local/explorer/fault-kind.ts';
import { seededRandom } from '../../local/kernel/random.ts';
import { applicableAt } from './assumptions.ts';
import { letters } from './coverage.ts';
import type { Swarm } from './lab.ts';

/** Beyond, a run becomes a waiting for retries. */
const mostFaults = 12;
const highestRate = 0.15;

export function swarmOf(seed: number): Swarm {
  const random = seededRandom(seed);
  const rate = 0.02 + random() * highestRate;
  const chosen = new Set(letters.filter(() => random() < 0.5));
  let struck = 0;
  return (site) => {
    if (struck >= mostFaults || random() >= rate) return undefined;
    const kinds = applicableAt(site).filter(({ letter }) => chosen.has(letter));
    const kind: FaultKind | undefined = kinds[Math.floor(random() * kinds.length)];
    if (kind) struck++;
    return kind;
  };
}
