/** A clock that stands until a test turns it. */
import { epochMs, type Instant, instant } from '../../../lambdas/domain/values.ts';
import type { Clock } from '../../../lambdas/shell/ports.ts';

export type FakeClock = Clock & { advance(ms: number): void };

export function createFakeClock(start = '2026-03-14T09:26:53.589Z'): FakeClock {
  let nowMs = epochMs(start as Instant);
  return Object.assign(() => instant(nowMs), {
    advance(ms: number) {
      nowMs += ms;
    },
  });
}
