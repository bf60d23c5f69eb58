/**
 * Runs several invocations over shared ports in any interleaving: each call of a port is one atomic
 * step, taken when the scheduler says so, and an invocation may die before or after one of its calls.
 */
import type { Scheduler } from 'fast-check';
import * as fc from 'fast-check';

export type Death = { readonly atCall: number; readonly isEffectDone: boolean };
type Method = (...args: never[]) => Promise<unknown>;

/** Most invocations live; the others die at one of their first calls, its answer lost. */
export const anyDeath: fc.Arbitrary<Death | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({ atCall: fc.integer({ min: 1, max: 5 }), isEffectDone: fc.boolean() }),
  },
);

export class Died extends Error {
  override readonly name = 'Died';
}

/** The same ports for one invocation. Only objects of asynchronous methods are wrapped. */
export function portsOfActor<Ports extends Record<string, unknown>>(
  ports: Ports,
  scheduler: Scheduler,
  death: Death | undefined,
): Ports {
  let calls = 0;
  const step =
    (method: Method, target: object) =>
    async (...args: never[]): Promise<unknown> => {
      calls += 1;
      const isLast = calls === death?.atCall;
      await scheduler.schedule(Promise.resolve());
      if (isLast && !death.isEffectDone) throw new Died();
      const answer = await method.apply(target, args);
      if (isLast) throw new Died();
      return answer;
    };
  const wrapped = Object.entries(ports).map(([name, port]) =>
    typeof port === 'object' && port !== null
      ? [name, new Proxy(port, { get: (target, key) => wrap(target, Reflect.get(target, key)) })]
      : [name, port],
  );
  const wrap = (target: object, value: unknown): unknown =>
    typeof value === 'function' ? step(value as Method, target) : value;
  return Object.fromEntries(wrapped) as Ports;
}

/** What each invocation came to; an error is an outcome too. */
export async function settleAll<T>(
  scheduler: Scheduler,
  actors: readonly Promise<T>[],
): Promise<(T | Error)[]> {
  const outcomes = actors.map((actor) =>
    actor.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
  );
  return scheduler.waitFor(Promise.all(outcomes));
}
