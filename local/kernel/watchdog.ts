/**
 * Ends the process, naming the function, when the code of one never yields: an endless loop would
 * leave the engine silent for ever, where Lambda ends the function at its timeout.
 */
import { url as debuggerUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { Kernel } from './kernel.ts';
import { cells, type WatchData } from './watchdog-thread.ts';

/** Longer than anything that a function or the engine does at a stretch, also on a slow machine. */
const usualLimitMs = 10_000;
/** The thread counts its own looks instead of time: while the machine sleeps it looks as little. */
const looks = 10;

export interface Watchdog {
  stop(): void;
}

/** In real time only: the kernel's timers are the heartbeat. */
export function startWatchdog(kernel: Kernel, limitMs = usualLimitMs): Watchdog {
  // Who holds the engine in a debugger knows why it is silent.
  if (debuggerUrl() !== undefined) return { stop() {} };
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const everyMs = limitMs / looks;
  const workerData: WatchData = { shared, everyMs, looks };
  new Worker(new URL('./watchdog-thread.ts', import.meta.url), {
    workerData,
    execArgv: [],
  }).unref();
  let timer = kernel.after(0, 'watchdog', beat);
  function beat(): void {
    Atomics.add(shared, cells.beats, 1);
    timer = kernel.after(everyMs, 'watchdog', beat);
  }
  return {
    stop() {
      timer.cancel();
      Atomics.store(shared, cells.stop, 1);
      Atomics.notify(shared, cells.stop);
    },
  };
}
