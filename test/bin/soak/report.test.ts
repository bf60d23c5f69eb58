import { describe, expect, it } from 'vitest';
import { recordOf, type SoakReport } from '../../../bin/soak/report.ts';

const latency = { p50Ms: 1, p99Ms: 1, maxMs: 1 };
const report: SoakReport = {
  ...{ seed: 3, minutes: 10, clients: 6, kills: 5, ready: latency, restSeconds: 1 },
  outcomes: { CONFIRMED: 20, 'REJECTED (DECLINED)': 2 },
  requests: { ok: 1, fail: 1, info: 1 },
  faults: { lost: 4, late: 3 },
  checks: [
    { name: 'holds', problems: [] },
    { name: 'does not', problems: ['one', 'two'] },
  ],
};

describe('the record of a soak', () => {
  it('has its sums, and says how many checks held', () => {
    expect(recordOf(report, 'abc')).toEqual({
      ...{ commit: 'abc', seed: 3, minutes: 10, clients: 6 },
      ...{ orders: 22, kills: 5, faults: 7, held: 1, checks: 2 },
    });
  });
});
