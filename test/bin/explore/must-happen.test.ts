import { describe, expect, it } from 'vitest';
import { askedFor, missing } from '../../../bin/explore/must-happen.ts';
import { allFaultKinds } from '../../../local/explorer/fault-kinds.ts';

const everyKind = allFaultKinds.map(({ what, letter, id: kind }) => ({
  ...{ what, letter, kind, boundary: 1, count: 1 },
}));

/** Marks that are asked for, as they stand in brackets in what is missing. */
const everyMark = Object.fromEntries(
  missing({ marks: {}, struck: everyKind }).map((line) => [
    /\((.*)\): it never/.exec(line)?.[1],
    1,
  ]),
);

describe('what must happen', () => {
  it('is all missing from a campaign in which nothing happened', () => {
    expect(missing({ marks: {}, struck: [] })).toHaveLength(askedFor);
  });

  it('misses nothing once every kind has struck and every mark was seen', () => {
    expect(missing({ marks: everyMark, struck: everyKind })).toEqual([]);
  });

  it('names the kind that never struck, though one with its id did elsewhere', () => {
    const struck = everyKind.filter(({ what, kind }) => what !== 'event' || kind !== 'B');
    expect(missing({ marks: everyMark, struck })).toEqual([
      'expected the event fault B (is never sent): it never struck',
    ]);
  });

  it('names the refusal that was never seen', () => {
    const mark = 'void-payment Sandbox requires_capture → canceled';
    expect(missing({ marks: { ...everyMark, [mark]: 0 }, struck: everyKind })).toEqual([
      `expected to see that the provider cancels an authorisation (${mark}): it never happened`,
    ]);
  });

  it('is asked for once each', () => {
    const lines = missing({ marks: {}, struck: [] });
    expect(new Set(lines).size).toBe(lines.length);
  });
});
