import { describe, expect, it } from 'vitest';
import { type Report, renderReport } from '../../../bin/demo/report.ts';

const calm = { p50Ms: 5, p99Ms: 9, maxMs: 12 };
const report: Report = {
  book: 'a book',
  clients: 16,
  startMs: 4000,
  engineReadyMs: 200,
  orders: 3,
  requests: 4,
  triedAgain: 1,
  outcomes: { CONFIRMED: 2, 'REJECTED (OUT_OF_STOCK)': 1 },
  seconds: 2,
  ordersPerSecond: 1.5,
  post: calm,
  decided: calm,
  single: calm,
  thousands: [],
  memoryMb: { early: 290, late: 310, peak: 340 },
  perOrder: {
    sdkCalls: 20,
    engineCpuMs: 15,
    databaseCpuMs: undefined,
    writeUnits: 24,
    sqsRequests: 4,
    statesEntered: 4,
    invocations: 9,
  },
  plain: undefined,
  checks: [{ name: 'all is well', problems: [] }],
};

describe('report of the demo', () => {
  it('shows outcomes, speed and checks, with its values under each other', () => {
    const text = renderReport(report);
    expect(text).toContain('orders                            3 (4 requests, 1 tried again)');
    expect(text).toContain(
      'outcomes                          2 CONFIRMED, 1 REJECTED (OUT_OF_STOCK)',
    );
    expect(text).toContain('p50 5 ms, p99 9 ms, longest 12 ms');
    expect(text).toContain('✓ all is well');
  });

  it('compares the last thousand orders of a long run with the first', () => {
    const text = renderReport({ ...report, thousands: [20, 31, 25] });
    expect(text).toContain('25 s for the last, 20 s for the first, × 1.25; longest 31 s');
    expect(text).toContain('peak 340 MB (290 → 310 MB)');
    expect(renderReport(report)).not.toContain('each thousand');
  });

  it('does not invent the processor time that the system does not tell', () => {
    expect(renderReport(report)).toContain('engine 15 ms, database ? ms');
  });

  it('shows the first problems of a failed check and counts the others', () => {
    const problems = Array.from({ length: 7 }, (_, n) => `problem ${n + 1}`);
    const text = renderReport({ ...report, checks: [{ name: 'stock', problems }] });
    expect(text).toContain('✗ stock\n      problem 1\n');
    expect(text).toContain('problem 5\n      and 2 more');
    expect(text).not.toContain('problem 6');
  });

  it('shows counts and cost of an order only where they were counted', () => {
    expect(renderReport(report)).not.toContain('Model cost');
    const items = { apiRequest: 3, transition: 125 } as never;
    const cost = { total: 128, items };
    const plain = {
      orders: 200,
      counts: { sdkCalls: 30, writeUnits: 24 } as never,
      cost: { asMeasured: { total: 150, items }, withFullBatches: cost },
    };
    const text = renderReport({ ...report, plain });
    expect(text).toMatch(/sdk calls +30\.00/);
    expect(text).toMatch(/as measured +\$150\.00\n +with batches of 10 +\$128\.00/);
    expect(text).toMatch(/transition +\$125\.00/);
  });
});
