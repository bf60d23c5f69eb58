/** What the cases say about refusals and about what comes about in time. */
import { AssertionError } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';

/** An error as the SDK throws it: the service's own members beside name and message. */
export type Refused = Error & Readonly<Record<string, unknown>>;

/** The refusal that was expected, for more questions; `names` are those that AWS may give. */
export async function refusal(call: Promise<unknown>, ...names: string[]): Promise<Refused> {
  const expected = `refused with ${names.join(' or ')}`;
  const settled = await call.then(
    () => undefined,
    (error: Refused) => error,
  );
  if (settled && names.includes(settled.name)) return settled;
  if (settled && !isServiceAnswer(settled)) throw settled;
  const actual = settled ? `${settled.name}: ${settled.message}` : 'success';
  throw new AssertionError({ message: `${expected}, found ${actual}`, actual, expected });
}

/** Only what a service answered can differ from its rule; a broken connection is no answer. */
export const isServiceAnswer = (error: unknown): boolean =>
  error instanceof Error && '$fault' in error && !isUnknown(error);

const unknown = /^(UnknownOperationException|UnknownOperation|UnknownEndpoint|InvalidAction)$/;

/** The endpoint says that it has no such action. */
const isUnknown = ({ name }: Error): boolean => unknown.test(name);

/** Asks until the answer is as wanted, for what AWS makes true only in time. */
export async function eventually<T>(
  expected: string,
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (let waitMs = 10; ; waitMs = Math.min(2 * waitMs, 1000)) {
    const actual = await ask();
    if (isWanted(actual)) return actual;
    if (performance.now() > endMs)
      throw new AssertionError({ message: `${expected}, within ${withinMs} ms`, actual, expected });
    await pause(waitMs);
  }
}
