/** All that may happen next in a state: somebody moves, or something goes wrong. */
import { faultSteps } from './faults.ts';
import { type Answer, follow, withoutIdle } from './machine.ts';
import type { Move, Rules } from './move.ts';
import { hasLease } from './shipment.ts';
import type { Agent, State } from './state.ts';
import { stageOf } from './tasks.ts';

export type Step = {
  readonly says: string;
  readonly to: State;
  /** Whose move it was; nobody's where something went wrong. */
  readonly by?: { readonly me: Agent; readonly move: Move };
};

export function steps(s: State, rules: Rules): Step[] {
  const found: Step[] = [];
  for (const me of s.agents)
    for (const move of stageOf(me)(s, rules, me)) {
      if (move.isFault && s.faults === 0) continue;
      const to = after(s, rules, me, move);
      found.push({ says: `${who(me)}: ${move.says}`, to, by: { me, move } });
    }
  found.push(...faultSteps(s, rules));
  return found.map((step) => ({ ...step, to: withoutIdle(step.to, rules) }));
}

const who = ({ kind, task }: Agent): string => `${task}${kind === 'zombie' ? ' of a zombie' : ''}`;

function after(s: State, rules: Rules, me: Agent, move: Move): State {
  const isDead = (other: Agent) => move.isAfterLease && other !== me && hasLease(other);
  const others = s.agents.filter((other) => other !== me && !isDead(other));
  const agents = [...others, ...goingOn(me, move.next, rules), ...(move.starts ?? [])];
  return { ...s, ...move.change, agents, faults: s.faults - (move.isFault ? 1 : 0) };
}

/** Nobody waits for a zombie: with its answer it is over. */
export function goingOn(me: Agent, next: Move['next'], rules: Rules): readonly Agent[] {
  if (next.startsWith('at ')) return [{ ...me, stage: next.slice(3) }];
  if (next === 'again') return me.kind === 'zombie' ? [] : [{ ...me, stage: 'start' }];
  if (me.kind !== 'run') return [];
  return follow(me, next as Answer, rules);
}
