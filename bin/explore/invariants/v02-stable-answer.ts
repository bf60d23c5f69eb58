/** V2: a register per key that is set once: by the first request's answer, for requests like it. */
import type { Change, Operation, QuietWorld, Row, World } from '../world.ts';
import { placingAttempts } from './attempts.ts';
import type { Invariant } from './invariant.ts';
import {
  adjustedSku,
  bodyOf,
  isPlacing,
  keyedOperations,
  keyOf,
  keysAdjusting,
  problemOf,
  wishOf,
} from './operations.ts';

type Register = Map<string, { readonly wish: string; readonly answer: string }>;

export const stableAnswer: Invariant = {
  id: 'V2',
  name: 'stable-answer',
  sentence: 'Equal requests under a key get equal answers, and another request never gets them.',
  watch: () => {
    const register: Register = new Map();
    const unmarked = new Set<string>();
    return {
      always(happening, world) {
        if (happening.kind !== 'answer') return [];
        const { operation } = happening;
        const name = registerOf(operation);
        if (name === undefined) return [];
        if (isReuse(operation)) return reuseProblems(operation, register.get(name)?.wish, world);
        if (problemOf(operation) === 'request-in-progress') return twinProblems(operation, world);
        if (!isCompleted(operation)) return deniedProblems(operation, name, world);
        return [
          ...answerProblems(operation, name, register),
          ...markProblems(operation, name, unmarked),
        ];
      },
      atRest: onlyAttempts,
    };
  },
};

/** Principal, route and key. */
function registerOf(operation: Operation): string | undefined {
  const key = keyOf(operation);
  const route = isPlacing(operation) ? 'order' : adjustedSku(operation) && 'adjustment';
  return route && key !== undefined ? `${route} ${key} of ${operation.client}` : undefined;
}

const isReuse = (operation: Operation): boolean =>
  problemOf(operation) === 'idempotency-key-reused';

/** Refusals for good complete a placing; everything else may end differently next time. */
function isCompleted(operation: Operation): boolean {
  if (operation.status === 202 || operation.status === 200) return true;
  const problem = problemOf(operation) ?? '';
  return isPlacing(operation) && ['unknown-product', 'currency-mismatch'].includes(problem);
}

function answerProblems(operation: Operation, name: string, register: Register): string[] {
  const { status, text, headers = {} } = operation;
  const answer = `${status} ${headers.location ?? ''} ${headers.etag ?? ''} ${text}`;
  const wish = wishOf(operation);
  const first = register.get(name) ?? { wish, answer };
  register.set(name, first);
  if (first.wish !== wish) return [`${name}: got an answer, but the key is that of ${first.wish}`];
  return first.answer === answer ? [] : [`${name}: was told ${first.answer}, then ${answer}`];
}

/** A refused adjustment may be made later; one that was made is not refused to whoever comes after. */
function deniedProblems(operation: Operation, name: string, world: World): string[] {
  const { outcome, startedMs, status } = operation;
  const sku = adjustedSku(operation);
  if (sku === undefined || outcome !== 'fail' || status === 429) return [];
  const { delta, reason } = bodyOf(operation) ?? {};
  const made = world.happenings.filter(
    (happening) =>
      happening.kind === 'change' &&
      happening.atMs < startedMs &&
      isAdjustment(happening.change, { sku, delta, reason }),
  );
  if (made.length < keysAdjusting(world, { sku, delta, reason }).size) return [];
  return [`${name}: refused (${problemOf(operation)}), expected the answer of what was made`];
}

function isAdjustment({ table, before, after }: Change, wish: Row): boolean {
  if (table !== 'Stock' || before || !String(after?.id).startsWith('adjustment#')) return false;
  return Object.entries(wish).every(([name, value]) => after?.[name] === value);
}

/** Told that the key was used for something else: then there must have been something else. */
function reuseProblems(operation: Operation, owner: string | undefined, world: World): string[] {
  const wish = wishOf(operation);
  const name = registerOf(operation);
  const isAlone = keyedOperations(world).every(
    (other) => registerOf(other) !== name || wishOf(other) === wish,
  );
  if (owner !== wish && !isAlone) return [];
  return [`${name}: refused as used for another request, expected the answer to ${wish}`];
}

/** Told that its twin is running: then there is one, unless the net itself has doubled the request. */
function twinProblems(operation: Operation, world: World): string[] {
  const name = registerOf(operation);
  const twins = keyedOperations(world).filter((other) => registerOf(other) === name);
  const isDoubled = world.faults.some(({ site }) => site.startsWith('client/'));
  return twins.length > 1 || isDoubled ? [] : [`${name}: told to wait for a twin that it has not`];
}

const isMarked = ({ headers }: Operation): boolean => headers?.['idempotency-replayed'] === 'true';

/** One attempt has written the order; all others repeat. */
function markProblems(operation: Operation, name: string, unmarked: Set<string>): string[] {
  if (!isPlacing(operation) || isMarked(operation)) return [];
  if (unmarked.has(name)) return [`${name}: two answers claim to be the first`];
  unmarked.add(name);
  return [];
}

/** What was delivered once is no repeat, whatever became of the calls behind it. */
function onlyAttempts(world: QuietWorld): string[] {
  const attempts = placingAttempts(world);
  return world.operations
    .filter((operation) => isPlacing(operation) && isMarked(operation))
    .map((operation) => `${keyOf(operation)} of ${operation.client}`)
    .filter((name) => attempts.filter((attempt) => attempt === name).length === 1)
    .map((name) => `${name}: the only attempt was answered as a repeat`);
}
