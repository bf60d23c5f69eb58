/** Bringing everything to its end: what waits for hours is reached by setting the clock forward. */
import type { Engine } from '../../local/engine.ts';
import { createProgress } from '../command/progress.ts';

/** Of the engine's own time; whatever takes longer than all waits of the product is stuck. */
const restLimitMs = 6 * 3_600_000;
/** So long nothing but waiting happens before the clock is set forward. */
const patienceMs = 2000;
const strideMs = 30_000;
/** The watch over a deadline comes 15 minutes after its order, its reminders follow. */
const watchMs = 16 * 60_000;
const watches = 3;

/** Rejects, naming what is left, when it does not come to rest. */
export async function comeToRest(engine: Engine): Promise<void> {
  const progress = createProgress('coming to rest', watches + 1);
  await settle(engine);
  for (let watch = 1; watch <= watches; watch++) {
    progress.update(watch);
    await skip(engine, watchMs);
    await settle(engine);
  }
  progress.finish();
}

async function settle(engine: Engine): Promise<void> {
  const latestMs = engine.kernel.now() + restLimitMs;
  while (!(await isQuietSoon(engine))) {
    if (engine.kernel.now() > latestMs)
      throw new Error(
        `not at rest after ${restLimitMs / 60_000} min: ${engine.pending().join('; ')}`,
      );
    // A function at work would be timed out by it.
    if (engine.lambdas.pending().length === 0) await skip(engine, strideMs);
  }
}

async function isQuietSoon(engine: Engine): Promise<boolean> {
  return engine.quiesce(patienceMs).then(
    () => true,
    () => engine.isQuiet(),
  );
}

async function skip({ kernel }: Engine, durationMs: number): Promise<void> {
  await (kernel.mode === 'real' ? kernel.skip(durationMs) : kernel.advance(durationMs));
}
