/**
 * A rejection that nobody handles ends the environment whose code caused it, as it ends a Lambda
 * runtime, and not the engine. Rejections of the engine's own code still end the process.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { HandlerFault } from './handler.ts';

interface Crashable {
  crash(error: unknown): void;
}

const running = new AsyncLocalStorage<Crashable>();
let isListening = false;

export function inEnvironment<T>(environment: Crashable, run: () => T): T {
  if (!isListening) process.on('unhandledRejection', settle);
  isListening = true;
  return running.run(environment, run);
}

function settle(reason: unknown): void {
  const environment = running.getStore();
  if (environment) environment.crash(strayFault(reason));
  else if (process.listenerCount('unhandledRejection') === 1) throw reason;
}

function strayFault(reason: unknown): HandlerFault {
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  return new HandlerFault('Runtime.UnhandledPromiseRejection', message, { cause: reason });
}
