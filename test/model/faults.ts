/**
 * What the world does to the protocol: Lambdas that time out and go on, executions that are aborted or
 * doubled, messages delivered again, and time that passes. A crash is a zombie that never acts.
 */
import { broken, follow, isForward } from './machine.ts';
import { agent, type Rules } from './move.ts';
import type { Agent, State } from './state.ts';
import type { Step } from './steps.ts';

export function faultSteps(s: State, rules: Rules): Step[] {
  if (s.faults === 0) return freeSteps(s);
  const left = { ...s, faults: s.faults - 1 };
  const struck = s.agents.flatMap((me) => agentFaults(left, me, rules));
  return [...freeSteps(s), ...struck, ...timeFaults(left), ...duplicate(left, rules)];
}

/** No fault of anybody's, and it changes little: both happen at most once. */
function freeSteps(s: State): Step[] {
  const found: Step[] = [];
  if (s.order === 'PENDING' && !s.isLate)
    found.push({ says: 'the deadline passes', to: { ...s, isLate: true } });
  if (!s.isSold && s.reservation === 'none' && s.order === 'PENDING')
    found.push({
      says: 'other orders take all of the second product',
      to: { ...s, isSold: true, available: [s.available[0], 0] },
    });
  return found;
}

/** `left`: with one fault less. */
function agentFaults(left: State, me: Agent, rules: Rules): Step[] {
  if (me.kind === 'zombie' || me.kind === 'customer') return [];
  const zombie: Agent = { ...me, kind: 'zombie' };
  const becomes = (...agents: readonly Agent[]): State => ({
    ...left,
    agents: [...left.agents.filter((other) => other !== me), zombie, ...agents],
  });
  const again = { ...me, stage: 'start' };
  const retried = {
    says: `${me.task} goes on as a zombie and is tried again`,
    to: becomes(again),
  };
  return me.kind === 'message' ? [retried] : [retried, ...runFaults(me, becomes, rules)];
}

/** An abort decision that is out of tries breaks the execution, as an abort from outside does. */
function runFaults(
  me: Agent,
  becomes: (...agents: readonly Agent[]) => State,
  rules: Rules,
): Step[] {
  const says = `the execution is aborted in ${me.task}`;
  const aborted = { says, to: becomes(...broken(rules)) };
  if (me.task === 'RejectOrder') return [aborted];
  const answer = isForward(me.task) ? 'refused' : 'gives up';
  const to = becomes(...follow(me, answer, rules));
  return [{ says: `${me.task} is out of tries, its zombie goes on`, to }, aborted];
}

/** Long spans of time, which no Lambda outlives. */
export function timeFaults(left: State): Step[] {
  const agents = left.agents
    .filter(({ kind }) => kind !== 'zombie')
    .map((each) => ({ ...each, stage: 'start' }));
  const later: State = { ...left, agents, isLate: left.order === 'PENDING' };
  const found: Step[] = [];
  if (left.payment === 'TRIED' && !left.isKeyOld)
    found.push({ says: 'a day passes: keys are forgotten', to: { ...later, isKeyOld: true } });
  if (left.intent === 'live' && !left.isHoldExpired)
    found.push({
      says: 'a week passes: the hold expires',
      to: { ...later, isKeyOld: true, isHoldExpired: true },
    });
  if ((left.notification !== 'none' || left.mails > 0) && !left.isMailKeyOld)
    found.push({
      says: 'a month passes: the mail provider forgets the key',
      to: { ...later, isMailKeyOld: true },
    });
  return found;
}

/** The message that starts the machine comes again after its name is free. */
function duplicate(left: State, { startsAgain }: Rules): Step[] {
  if (!startsAgain || left.order === 'none' || left.order === 'REFUSED') return [];
  const agents = [...left.agents, agent('run', 'ReserveStock')];
  return [{ says: 'a second execution starts', to: { ...left, agents } }];
}
