/** Runs cases against one endpoint, several at a time, each with a scratch of its own. */
import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import type { Case, Clients, Outcome } from './case.ts';
import { isServiceAnswer } from './expect.ts';
import { Scratch } from './scratch.ts';

export interface RunOptions {
  readonly clients: Clients;
  /** Role of the state machines. */
  readonly roleArn: string;
  /** Cases at the same time. */
  readonly atOnce: number;
  /** What takes longer was not answered. */
  readonly limitMs: number;
  /** Asked to end: nothing new begins, and what was created goes. */
  readonly signal: AbortSignal;
  readonly onDone: (id: string) => void;
  /** Told of what could not be removed. */
  readonly onLeft: (id: string, error: unknown) => void;
}

export async function runCases(
  cases: readonly Case[],
  options: RunOptions,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const left = [...cases];
  const work = async () => {
    for (let one = left.shift(); one && !options.signal.aborted; one = left.shift()) {
      outcomes.set(one.id, await runCase(one, options));
      options.onDone(one.id);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  return outcomes;
}

async function runCase(one: Case, options: RunOptions): Promise<Outcome> {
  const scratch = new Scratch(options.clients, options.roleArn);
  const ending = endOf(options);
  try {
    await Promise.race([one.run(options.clients, scratch), ending.promise]);
    return { kind: 'ok' };
  } catch (error) {
    return outcomeOf(error);
  } finally {
    ending.forget();
    for (const error of await scratch.clear()) options.onLeft(one.id, error);
  }
}

/** Rejects when the time is over or the run is to end. */
function endOf({ limitMs, signal }: RunOptions) {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no end within ${limitMs} ms`)), limitMs);
  const abort = () => reject(new Error('the run was ended'));
  signal.addEventListener('abort', abort, { once: true });
  promise.catch(() => {});
  const forget = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  };
  return { promise, forget };
}

export function outcomeOf(error: unknown): Outcome {
  if (error instanceof AssertionError) {
    const { expected, actual } = error;
    return { kind: 'differs', expected: inline(expected), found: inline(actual) };
  }
  const { name, message, code } = error as Error & { code?: string };
  const why = `${code ?? name}: ${message}`;
  if (isServiceAnswer(error)) return { kind: 'differs', expected: 'success', found: why };
  return { kind: 'not answered', why };
}

const inline = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : inspect(value, { breakLength: Infinity, compact: true, depth: 6, maxStringLength: 80 });
