import { describe, expect, it } from 'vitest';
import { shrunk } from '../../../bin/explore/shrink.ts';
import { scheduleId } from '../../../local/explorer/schedule.ts';
import { eventAt, summaryOf, violationOf } from './sites.ts';

/** Shrinks a schedule with a fault at each of these events, by their letters; what is left of it. */
async function shrink(events: string, isBroken: (left: string) => boolean | string) {
  const faults = [...events].map((name) => ({ site: eventAt(name).id, fault: 'B' }));
  const tried: string[] = [];
  const left = await shrunk({ scenario: 'one-order', seed: 7, faults }, 'V1', async (schedule) => {
    const names = namesIn(schedule.faults);
    tried.push(names);
    const broken = isBroken(names);
    const violations = broken ? [violationOf(broken === true ? 'V1' : broken)] : [];
    return summaryOf({ violations });
  });
  return { left: namesIn(left.faults), tried, id: scheduleId(left) };
}

const namesIn = (faults: readonly { site: string }[]): string =>
  faults.map(({ site }) => site.charAt('bus/'.length)).join('');

describe('a schedule that breaks something', () => {
  it.each([
    ['the one fault that does it', 'ABCDE', (left: string) => left.includes('D'), 'D'],
    ['two that do it together', 'ABCDE', (left: string) => /B.*E/.test(left), 'BE'],
    ['nothing, when no fault is needed', 'ABC', () => true, ''],
    ['all, when all are needed', 'ABC', (left: string) => left === 'ABC', 'ABC'],
    [
      'less, when one fault hid that another is not needed',
      'ABC',
      (left: string) => ['ABC', 'AB', 'B'].includes(left),
      'B',
    ],
  ])('is shrunk to %s', async (_, faults, isBroken, left) => {
    expect((await shrink(faults, isBroken)).left).toBe(left);
  });

  it('keeps its scenario, its seed and the order of its faults', async () => {
    const { id } = await shrink('ABC', (left) => /A.*C/.test(left));
    expect(id).toBe('one-order:7:bus/A.rule@1=B,bus/C.rule@1=B');
  });

  it('is not shrunk to one that breaks something else', async () => {
    expect((await shrink('AB', (left) => (left === 'AB' ? true : 'V2'))).left).toBe('AB');
  });

  it('of one fault costs one run', async () => {
    expect((await shrink('A', (left) => left === 'A')).tried).toEqual(['']);
  });
});
