import { describe, expect, it } from 'vitest';
import { secondsPerThousand, summarize } from '../../../bin/demo/long-run.ts';

describe('a long run', () => {
  it('tells how long each thousand orders took, in the order of their decisions', () => {
    const firstThousand = Array.from({ length: 1000 }, (_, i) => i * 10);
    const slower = Array.from({ length: 1001 }, (_, i) => 10_000 + i * 20);
    expect(secondsPerThousand([...slower, ...firstThousand])).toEqual([10, 20]);
  });

  it('says nothing of evenness below two thousand orders', () => {
    expect(secondsPerThousand(Array.from({ length: 1999 }, (_, i) => i))).toEqual([]);
  });

  it('compares the memory of its beginning with that of its end', () => {
    const samples = [100, 110, 300, 300, 320, 300, 300, 300, 200, 210];
    expect(summarize(samples)).toEqual({ early: 105, late: 205, peak: 320 });
  });

  it('admits that it knows no memory where the system does not tell', () => {
    expect(summarize([Number.NaN])).toEqual({ early: undefined, late: undefined, peak: undefined });
  });
});
