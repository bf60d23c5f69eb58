/** What is to be tried: each guard taken away alone, and together with those that hide its absence. */
import { guardOf, guards } from './catalogue.ts';
import type { Guard } from './guard.ts';

export interface Removal {
  /** `g14`, or `g14+p18` for several. */
  readonly id: string;
  readonly guards: readonly Guard[];
  /** Invariants of which one must be seen to break; empty when everything must still hold. */
  readonly expects: readonly string[];
  readonly hint: string;
}

export const removals = (of: readonly Guard[] = guards): Removal[] => of.flatMap(removalsOf);

function removalsOf(guard: Guard): Removal[] {
  const { id, expects, hint, pairs = [] } = guard;
  return [
    { id, guards: [guard], expects, hint },
    ...pairs.map((pair) => ({
      id: `${id}+${pair.with}`,
      guards: [guard, ...pair.with.split('+').map(guardOf)],
      expects: pair.expects,
      hint: pair.hint,
    })),
  ];
}
