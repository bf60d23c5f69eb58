/** Every state that can be reached, nearest first; ends at the first violation, with the way to it. */
import { encode } from './encode.ts';
import type { Guard } from './guards.ts';
import type { Rules } from './move.ts';
import { alwaysViolated, isAtRest, restViolated } from './properties.ts';
import type { Scenario } from './scenarios.ts';
import type { State } from './state.ts';
import { steps } from './steps.ts';
import { orderValue } from './visible.ts';

export type Exploration = {
  readonly states: number;
  /** How it may end: the order, what it tells of its money, and what a person has to look after. */
  readonly ends: ReadonlySet<string>;
  /** What does not hold, and the steps to where it does not. */
  readonly violation?: { readonly problem: string; readonly path: readonly string[] };
};

/** Of a state that was reached: where from, and by what. */
type Origin = { readonly from: Origin | undefined; readonly says: string };

export function explore(
  scenario: Scenario,
  { faults, without }: { faults: number; without?: Guard | undefined },
): Exploration {
  const { consumers, startsAgain } = scenario;
  const rules: Rules = { has: (guard) => guard !== without, consumers, startsAgain };
  const first = { ...scenario.first, faults };
  const seen = new Set([encode(first)]);
  const ends = new Set<string>();
  let layer: { s: State; origin: Origin }[] = [{ s: first, origin: { from: undefined, says: '' } }];
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const { s, origin } of layer) {
      const found = steps(s, rules);
      const problem = problemOf(s, rules, found.length);
      if (problem) return { states: seen.size, ends, violation: { problem, path: pathTo(origin) } };
      if (isAtRest(s)) ends.add(orderValue(s));
      for (const { says, to } of found) {
        const code = encode(to);
        if (seen.has(code)) continue;
        seen.add(code);
        next.push({ s: to, origin: { from: origin, says } });
      }
    }
    layer = next;
  }
  return { states: seen.size, ends };
}

function problemOf(s: State, rules: Rules, ways: number): string | undefined {
  const problem = alwaysViolated(s);
  if (problem) return problem;
  if (isAtRest(s)) return restViolated(s, rules.consumers);
  return ways === 0 ? 'nothing can move, and somebody is waited for' : undefined;
}

function pathTo(origin: Origin): string[] {
  const path: string[] = [];
  for (let at = origin; at.from; at = at.from) path.unshift(at.says);
  return path;
}
