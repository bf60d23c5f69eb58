/** One way through the model, drawn by numbers, and what an observer of committed writes sees of it. */
import { rules } from './candidates.ts';
import { isAtRest } from './properties.ts';
import { order } from './scenarios.ts';
import type { State } from './state.ts';
import { type Step, steps } from './steps.ts';
import { entriesOf } from './tasks.ts';
import { type Visible, valueAfter } from './visible.ts';

export type Walk = { readonly seen: readonly Visible[]; readonly last: State };

/** More than any way straight on takes. */
const mostStepsOn = 200;

/** Faults as long as there are draws; then on without any, until nobody is waited for. */
export function walk(draws: readonly number[], faults: number): Walk {
  const seen: Visible[] = [];
  let at: State = { ...order.first, faults };
  for (let taken = 0; taken < draws.length + mostStepsOn; taken++) {
    const draw = draws[taken];
    if (draw === undefined && isAtRest(at)) break;
    const ways = steps(at, rules);
    const step = draw === undefined ? straightOn(ways) : chosen(ways, draw);
    if (!step) break;
    const visible = visibleOf(step, at);
    if (visible) seen.push(visible);
    at = step.to;
  }
  return { seen, last: at };
}

/** Ends an order early, wherever it may: rarely chosen, else hardly any would be confirmed. */
const early = /refuses|: cancels$|declined$|undeliverable|deadline|second product$/;

function chosen(ways: readonly Step[], draw: number): Step | undefined {
  const moves = ways.filter(({ by, says }) => by && !early.test(says));
  const pool = draw % 8 === 0 || moves.length === 0 ? ways : moves;
  return pool[Math.floor(draw / 8) % pool.length];
}

/** Only those who are waited for, and nothing that fails. */
const straightOn = (ways: readonly Step[]): Step | undefined =>
  ways.find(({ by }) => {
    if (!by || by.move.isFault || by.move.next === 'again') return false;
    return by.me.kind === 'run' || by.me.kind === 'message';
  });

function visibleOf({ by, to }: Step, before: State): Visible | undefined {
  const participant = by?.move.writes;
  const [entry] = entriesOf(by?.me.task ?? '');
  if (!participant || !entry) return undefined;
  return { entry, participant, value: valueAfter(participant, before, to) };
}
