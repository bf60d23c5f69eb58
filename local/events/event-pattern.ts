/**
 * Event patterns of EventBridge rules and event source filters, compiled once: an operator this
 * engine does not know is refused when the template is loaded, not when the first event comes.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { type LeafMatcher, leafMatcher } from './pattern-operators.ts';

export type EventPattern = Readonly<Record<string, unknown>>;
export type EventMatcher = (event: unknown) => boolean;

/** All fields named must match; a field not named does not matter. */
export function compilePattern(pattern: EventPattern, path = ''): EventMatcher {
  const matchers = Object.entries(pattern).map(([field, condition]) =>
    field === '$or' ? anyOf(condition, path) : fieldMatcher(field, condition, path),
  );
  return (event) => isObject(event) && matchers.every((matches) => matches(event));
}

/** Passes what any of the patterns matches, and everything when there is none. */
export function compileFilters(patterns: readonly EventPattern[]): EventMatcher {
  const matchers = patterns.map((pattern) => compilePattern(pattern));
  return (event) => matchers.length === 0 || matchers.some((matches) => matches(event));
}

function anyOf(condition: unknown, path: string): EventMatcher {
  if (!Array.isArray(condition) || condition.length < 2 || !condition.every(isObject)) {
    throw new Error(`the pattern ${path || 'root'} has a $or that is not a list of patterns`);
  }
  const matchers = condition.map((pattern: EventPattern) => compilePattern(pattern, path));
  return (event) => matchers.some((matches) => matches(event));
}

function fieldMatcher(field: string, condition: unknown, path: string): EventMatcher {
  const at = path ? `${path}.${field}` : field;
  if (Array.isArray(condition)) {
    if (condition.length === 0) throw new Error(`the pattern's ${at} is an empty list`);
    const matches = anyLeaf(condition.map((accepted) => leafMatcher(accepted, at)));
    return (event) => matches(leavesOf((event as EventPattern)[field]));
  }
  if (!isObject(condition)) {
    throw new Error(`the pattern's ${at} is ${JSON.stringify(condition)}, not a list or an object`);
  }
  if (Object.keys(condition).length === 0) throw new Error(`the pattern's ${at} is empty`);
  const matches = compilePattern(condition, at);
  return (event) => {
    const value = (event as EventPattern)[field] ?? {};
    return Array.isArray(value) ? value.some(matches) : matches(value);
  };
}

const anyLeaf =
  (matchers: readonly LeafMatcher[]): LeafMatcher =>
  (leaves) =>
    matchers.some((matches) => matches(leaves));

/** A pattern sees scalars only: an object in a leaf's place is as good as absent. */
const leavesOf = (value: unknown): readonly unknown[] =>
  (Array.isArray(value) ? value : [value]).filter((leaf) => leaf !== undefined && !isObject(leaf));

const isObject = (value: unknown): value is EventPattern =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
