/** The state machine around the tasks: where an execution goes with the answer of the one it is in. */
import { agent, type Next, type Rules } from './move.ts';
import type { Agent, State } from './state.ts';

export const forward = [
  'ReserveStock',
  'AuthorizePayment',
  'BookShipment',
  'ConfirmOrder',
] as const;
export const compensations = ['CancelShipment', 'VoidPayment', 'ReleaseStock'] as const;

/** Where the undo would begin if it knew better than to run whole. */
const undoFrom: Readonly<Record<string, number>> = {
  ...{ ReserveStock: 2, AuthorizePayment: 1, BookShipment: 0, ConfirmOrder: 0 },
};

export const isForward = (task: string): boolean => (forward as readonly string[]).includes(task);
export const isParking = (task: string): boolean => task.startsWith('Park');

export type Answer = Exclude<Next, 'again' | `at ${string}`>;

/** Who goes on after an answer: the execution at its next task, nobody, or who looks after a broken one. */
export function follow(run: Agent, answer: Answer, rules: Rules): readonly Agent[] {
  const { task } = run;
  if (isForward(task)) return afterForward(run, answer, rules);
  if (task === 'RejectOrder') return answer === 'done' ? afterReject(run, rules) : [];
  if (isParking(task)) return nextUndo({ ...run, hasParked: true }, task.slice(4), rules);
  const isParked = answer === 'gives up' && rules.has('parkGivenUp');
  return isParked ? at(run, `Park${task}`) : nextUndo(run, task, rules);
}

/** Three ways lead to whoever looks after it; one of them comes. */
export const broken = (rules: Rules): readonly Agent[] =>
  rules.has('recovery') ? [agent('message', 'RecoverSaga')] : [];

function afterForward(run: Agent, answer: Answer, rules: Rules): readonly Agent[] {
  const next = forward[forward.indexOf(run.task as (typeof forward)[number]) + 1];
  if (answer === 'done') return next ? at(run, next) : [];
  if (!rules.has('rejectBeforeUndo')) return startUndo(run, rules);
  const failed = rules.has('undoWhole') ? {} : { failed: run.task };
  return at({ ...run, ...failed }, 'RejectOrder');
}

const afterReject = (run: Agent, rules: Rules): readonly Agent[] =>
  rules.has('rejectBeforeUndo') ? startUndo(run, rules) : [];

const undoOrder = (rules: Rules): readonly string[] =>
  rules.has('undoInReverse') ? compensations : [...compensations].reverse();

function startUndo({ kind, failed = '' }: Agent, rules: Rules): readonly Agent[] {
  const first = undoOrder(rules)[undoFrom[failed] ?? 0];
  return first ? [agent(kind, first)] : [];
}

function nextUndo(run: Agent, task: string, rules: Rules): readonly Agent[] {
  const order = undoOrder(rules);
  const next = order[order.indexOf(task) + 1];
  if (next) return at(run, next);
  if (!rules.has('rejectBeforeUndo')) return at(run, 'RejectOrder');
  return run.hasParked ? broken(rules) : [];
}

const at = (run: Agent, task: string): readonly Agent[] => [{ ...run, task, stage: 'start' }];

/** Those who can do nothing any more need not be remembered: fewer states say the same. */
export function withoutIdle(s: State, rules: Rules): State {
  if (s.order === 'PENDING' || s.order === 'none') return s;
  const isIdle = ({ kind, task, stage }: Agent) =>
    (kind === 'customer' && rules.has('cancelOnlyPending')) ||
    (kind === 'zombie' && stage === 'start' && isForward(task) && task !== 'ConfirmOrder');
  const agents = s.agents.some(isIdle) ? s.agents.filter((each) => !isIdle(each)) : s.agents;
  return agents === s.agents && !s.isLate ? s : { ...s, agents, isLate: false };
}
