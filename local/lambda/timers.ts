/** Timer functions of an environment, as globals and as Node's modules. */
import type { Life } from './life.ts';

type Run = (...args: unknown[]) => void;

export function createTimerGlobals(life: Life) {
  const clear = (handle: unknown) => life.clearTimer(handle);
  return {
    setTimeout: (run: Run, delayMs?: unknown, ...args: unknown[]) =>
      life.startTimer(run, delayMs === 0 ? 1 : delayMs, args),
    setInterval: (run: Run, delayMs?: unknown, ...args: unknown[]) =>
      life.startInterval(run, delayMs === 0 ? 1 : delayMs, args),
    setImmediate: (run: Run, ...args: unknown[]) => life.startTimer(run, 0, args),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    queueMicrotask: (run: Run) => queueMicrotask(() => life.arrive(run)),
  };
}

/** `node:timers/promises`, without its async iterator. */
export const createTimerPromises = (life: Life) => ({
  setTimeout: (delayMs?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
    settled(life, delayMs === 0 ? 1 : delayMs, value, options?.signal),
  setImmediate: (value?: unknown, options?: { signal?: AbortSignal }) =>
    settled(life, 0, value, options?.signal),
});

function settled(life: Life, delayMs: unknown, value: unknown, signal?: AbortSignal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = life.startTimer(() => resolve(value), delayMs, []);
    signal?.addEventListener('abort', () => {
      timer.close();
      reject(signal.reason);
    });
  });
}

/** `AbortSignal` whose `timeout` is the environment's. */
export function createAbortSignal(life: Life): object {
  return Object.defineProperties(Object.create(AbortSignal), {
    timeout: {
      value(delayMs: number) {
        const controller = new AbortController();
        const expire = () =>
          controller.abort(new DOMException('The operation timed out', 'TimeoutError'));
        life.startTimer(expire, delayMs, []);
        return controller.signal;
      },
    },
    [Symbol.hasInstance]: { value: (value: unknown) => value instanceof AbortSignal },
  });
}
