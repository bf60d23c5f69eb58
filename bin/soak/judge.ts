/**
 * The explorer's invariants on what a soak leaves behind. Those that need to see every write and every
 * message at its moment are the explorer's alone.
 */
import type { CheckResult } from '../demo/checks.ts';
import { invariants } from '../explore/invariants/all.ts';
import type { Checker } from '../explore/invariants/invariant.ts';
import type { Happening, Operation } from '../explore/world.ts';
import type { Evidence, Portion } from './evidence.ts';

interface Way {
  /** Client by client, or everything at once. */
  readonly on: 'portions' | 'whole';
  /** The story: what clients were told, and how orders changed. The ends: rows, as if just written. */
  readonly sees: 'story' | 'ends';
}

const byStory: Way = { on: 'portions', sees: 'story' };
const byEnds: Way = { on: 'portions', sees: 'ends' };
const asWhole: Way = { on: 'whole', sees: 'ends' };

/** How each is judged. */
export const judged: Readonly<Record<string, Way>> = {
  V1: byStory,
  V2: byStory,
  V3: byStory,
  V4: byStory,
  V7: byEnds,
  V8: byStory,
  V9: asWhole,
  V10: byEnds,
  V11: byStory,
  V12: byStory,
  V13: byStory,
  V18: byStory,
  V19: byStory,
  V20: asWhole,
  V21: byStory,
  V22: byStory,
  V23: asWhole,
  V25: byStory,
  V26: byStory,
  V29: byStory,
};

/** What some of them see of what they look at in the explorer. */
export const judgedInPart: Readonly<Record<string, string>> = {
  V21: 'executions; nobody has seen all deliveries and messages',
  V29: 'problems told to clients; logs are a check of their own, messages nobody has seen',
};

/** Why the others are not. */
export const unjudged: Readonly<Record<string, string>> = {
  V5: 'nobody has seen all deliveries; that nothing is left over is a check of its own',
  V6: 'nobody has seen all messages',
  V14: 'only the last state of an effect is left',
  V15: 'only the last state of a fence is left',
  V16: 'only the last state of an effect is left',
  V17: 'only the last state of an effect is left',
  V27: 'compares every answer with every order; the soak has a check of its own',
  V30: 'nobody has seen all messages',
  model: 'nobody has seen all writes',
  reasons: 'nobody has seen all tries of a step',
};

export function judge({ whole, portions }: Evidence): CheckResult[] {
  return invariants.flatMap(({ id, name, watch }) => {
    const way = judged[id];
    if (!way) return [];
    const seen = way.on === 'whole' ? [whole] : portions;
    const problems = seen.flatMap((portion) => judgeOn(portion, way, watch()));
    const part = judgedInPart[id];
    return [{ name: `${id} ${name}${part ? ` (only ${part})` : ''}`, problems }];
  });
}

function judgeOn(portion: Portion, { sees }: Way, { always, atRest }: Checker): string[] {
  const { world, asked, changes, ends } = portion;
  const problems: string[] = [];
  const see = (happening: Happening) => problems.push(...(always?.(happening, world) ?? []));
  const atMs = world.now();
  world.operations.length = 0;
  if (sees === 'story') {
    replay(asked, (operation) => world.operations.push(operation), see);
    for (const [step, change] of changes.entries()) see({ kind: 'change', change, step, atMs });
  } else {
    world.operations.push(...asked);
    for (const change of ends) see({ kind: 'change', change, step: 0, atMs });
  }
  return [...problems, ...(atRest?.(world) ?? [])];
}

/** Beginnings and ends of operations, as they followed each other. */
function replay(
  asked: readonly Operation[],
  begin: (operation: Operation) => void,
  see: (happening: Happening) => void,
): void {
  const moments = asked.flatMap((operation) => [
    { atMs: operation.startedMs, run: () => begin(operation) },
    {
      atMs: operation.endedMs ?? Number.POSITIVE_INFINITY,
      run: () => see({ kind: 'answer', operation, step: 0, atMs: operation.endedMs ?? 0 }),
    },
  ]);
  for (const { run } of moments.toSorted((a, b) => a.atMs - b.atMs)) run();
}
