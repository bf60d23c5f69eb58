import { describe, expect, it } from 'vitest';
import { nextRecovery, recoveryWaitsMs } from '../../../lambdas/domain/recovery.ts';
import { epochMs, type Instant, instant } from '../../../lambdas/domain/values.ts';

const stop = '2026-03-14T09:00:00.000Z' as Instant;
const stopPlus = (ms: number) => instant(epochMs(stop) + ms);
const stops = (count: number) => Array.from({ length: count }, () => stop);

describe('recovery', () => {
  it('starts an order that was never started', () => {
    expect(nextRecovery([], stop)).toEqual({ move: 'start' });
  });

  it('follows the first broken execution at once', () => {
    expect(nextRecovery(stops(1), stop)).toEqual({ move: 'start' });
  });

  it('waits longer before each further attempt, and not a moment longer than that', () => {
    const waits = [0, 30, 120, 300, 900];
    expect(recoveryWaitsMs.map((ms) => ms / 1_000)).toEqual(waits);
    waits.forEach((seconds, index) => {
      if (seconds > 0)
        expect(nextRecovery(stops(index + 1), stopPlus(seconds * 1_000 - 1))).toEqual({
          move: 'wait',
          seconds: 1,
        });
      expect(nextRecovery(stops(index + 1), stopPlus(seconds * 1_000))).toEqual({ move: 'start' });
    });
  });

  it('counts the wait from the end of the newest execution', () => {
    const next = nextRecovery([stop, stopPlus(60_000)], stopPlus(70_000));
    expect(next).toEqual({ move: 'wait', seconds: 20 });
    const third = nextRecovery([stop, stopPlus(60_000), stopPlus(200_000)], stopPlus(230_000));
    expect(third).toEqual({ move: 'wait', seconds: 90 });
  });

  it('gives up after five recoveries, however long ago', () => {
    expect(nextRecovery(stops(6), stopPlus(86_400_000))).toEqual({ move: 'give up' });
  });
});
