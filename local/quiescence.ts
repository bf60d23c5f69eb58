/** Waiting until nothing is in flight any more, on either kernel. */

import { sleep } from './kernel/kernel.ts';
import type { RealKernel } from './kernel/real-kernel.ts';
import type { VirtualKernel } from './kernel/virtual-kernel.ts';

/** In real time: often enough to be unnoticed, seldom enough to cost nothing. */
const lookAgainMs = 10;

/** Resolves once `pending` names nothing; rejects, saying what is left, after `limitMs`. */
export async function quiesce(
  kernel: RealKernel | VirtualKernel,
  pending: () => readonly string[],
  limitMs: number,
): Promise<void> {
  const isQuiet = () => pending().length === 0;
  const isOver =
    kernel.mode === 'virtual'
      ? await kernel.until(isQuiet, limitMs)
      : await waitUntil(kernel, isQuiet, limitMs);
  if (isOver) return;
  throw new Error(`not quiet after ${limitMs} ms; pending: ${pending().join('; ')}`);
}

async function waitUntil(
  kernel: RealKernel,
  isDone: () => boolean,
  limitMs: number,
): Promise<boolean> {
  const endMs = kernel.now() + limitMs;
  while (!isDone() && kernel.now() < endMs) await sleep(kernel, lookAgainMs, 'quiescence');
  return isDone();
}
