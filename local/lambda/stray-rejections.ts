/**
 * A rejection that nobody handles ends the environment whose code caused it, as it ends a Lambda
 * runtime, and not the engine. Rejections of the engine's own code still end the process.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { HandlerFault } from './handler.ts';

/** What can happen to an environment in the middle of its work. */
export interface AtWork {
  /** Another number in each invocation. */
  readonly turn: number;
  /** A fault strikes in it: what it keeps of that, no other engine shall meet. */
  touch(): void;
  crash(error: unknown): void;
  stall(forMs: number): void;
}

const running = new AsyncLocalStorage<AtWork>();
let isListening = false;

export function inEnvironment<T>(environment: AtWork, run: () => T): T {
  if (!isListening) process.on('unhandledRejection', settle);
  isListening = true;
  return running.run(environment, run);
}

/** Whose code makes the present call; to be asked before anything is awaited. */
export const environmentAtWork = (): AtWork | undefined => running.getStore();

function settle(reason: unknown): void {
  const environment = running.getStore();
  if (environment) environment.crash(strayFault(reason));
  else if (process.listenerCount('unhandledRejection') === 1) throw reason;
}

function strayFault(reason: unknown): HandlerFault {
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  return new HandlerFault('Runtime.UnhandledPromiseRejection', message, { cause: reason });
}
