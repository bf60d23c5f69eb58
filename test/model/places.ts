/**
 * Where invocations may stand, however many there are. Whoever once could stand at a place may stand
 * there still, as a zombie, and another one beside it: places are only ever added. Two exceptions:
 * a lease has one holder, and no invocation outlives a day.
 */
import { encodeAgent } from './encode.ts';
import { type Answer, broken, follow, isForward, isParking } from './machine.ts';
import type { Move, Rules } from './move.ts';
import { hasLease } from './shipment.ts';
import type { Agent } from './state.ts';
import { goingOn } from './steps.ts';

export type Places = ReadonlyMap<string, Agent>;

export const placesOf = (agents: Iterable<Agent>): Places =>
  new Map([...agents].map((each) => [encodeAgent(each), each]));

export const codeOf = (places: Places): string => [...places.keys()].sort().join('');

/** After `me` has made a move: all others as they were, and whoever goes on or sets out. */
export function placesAfter(places: Places, me: Agent, move: Move, rules: Rules): Places {
  const isOver = move.isAfterLease || hasLease(me);
  const others = [...places.values()].filter((each) => !(isOver && hasLease(each)));
  return placesOf([...others, ...goingOn(me, move.next, rules), ...(move.starts ?? [])]);
}

/** Who may come in where `me` fails: nobody sees that. */
export function afterFailure(me: Agent, rules: Rules, parkingMayFail: boolean): readonly Agent[] {
  if (me.kind !== 'run') return [];
  if (me.task === 'RejectOrder' || (isParking(me.task) && !parkingMayFail)) return broken(rules);
  const answer: Answer = isForward(me.task) ? 'refused' : 'gives up';
  return [...follow(me, answer, rules), ...broken(rules)];
}

/** The machine may be at any of its tasks again; nobody is in the middle of one. */
export const placesLater = (places: Places): Places =>
  placesOf([...places.values()].map((each) => ({ ...each, stage: 'start' })));
