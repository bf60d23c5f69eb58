import { describe, expect, it } from 'vitest';
import { costModel, countsPerOrder } from '../../../bin/demo/counts.ts';
import { latencies } from '../../../bin/demo/measurements.ts';
import { costPerMillion, prices } from '../../../bin/demo/prices.ts';
import type { Usage } from '../../../local/gateway/meter.ts';

const billed = { billedMs: 0, logBytes: 0 };
/** Of two orders, in numbers that are easily halved. */
const used: Usage = {
  requests: { 'dynamodb.PutItem': 6, 'sqs.SendMessageBatch': 2 },
  errors: {},
  tables: {
    Orders: { readUnits: 4, writeUnits: 10 },
    Stock: { readUnits: 2, writeUnits: 8 },
    EveronceSandbox: { readUnits: 100, writeUnits: 100 },
  },
  queues: {
    Saga: { requests: 6, billedRequests: 6, messages: 12 },
    Billing: { requests: 6, billedRequests: 8, messages: 6 },
  },
  functions: {
    PlaceOrder: { ...billed, invocations: 4, gbSeconds: 0.5, logBytes: 1024 },
    RelayOutbox: { ...billed, invocations: 2, gbSeconds: 0.1 },
  },
  transitions: { PlaceOrder: 8 },
  apiRequests: { Api: 6 },
  bytesIn: 0,
  bytesOut: 0,
  historyBytes: 3072,
};

const counts = countsPerOrder(used, 2);

describe('counts per order', () => {
  it('are the metered ones divided by the orders, without the sandbox providers', () => {
    expect(counts).toEqual({
      sdkCalls: 4,
      writeUnits: 9,
      readUnits: 3,
      sqsRequests: 7,
      // Sent, received and deleted: the meter sees each of them three times.
      messages: 3,
      statesEntered: 4,
      invocations: 3,
      gigabyteSeconds: 0.3,
      logKilobytes: 2,
      apiRequests: 3,
    });
  });
});

describe('model cost', () => {
  it('multiplies counts by prices, per million', () => {
    const one = Object.fromEntries(Object.keys(prices).map((name) => [name, 1]));
    const { total, items } = costPerMillion(one as Record<keyof typeof prices, number>);
    expect(items).toEqual(prices);
    expect(total).toBeCloseTo(1 + 0.625 + 0.125 + 0.4 + 25 + 0.2 + 13.3334 + 0.5 + 0.25, 10);
  });

  it('bills the start of an execution like a state', () => {
    expect(costModel(counts, 7, 6).asMeasured.items.transition).toBe(5 * 25);
  });

  it('shares requests and invocations among ten once batches are full, and nothing else', () => {
    const { asMeasured, withFullBatches } = costModel(counts, 7, 6);
    expect(asMeasured.items).toMatchObject({ sqsRequest: 7 * 0.4, invocation: 3 * 0.2 });
    const { sqsRequest, invocation, ...others } = withFullBatches.items;
    expect(sqsRequest).toBeCloseTo(0.4 * 0.9, 10);
    // Seven by the API and the machine; three messages and six stream records by tens.
    expect(invocation).toBeCloseTo(0.2 * 7.9, 10);
    expect(asMeasured.items).toMatchObject(others);
  });
});

describe('latencies', () => {
  it('are read from the sorted values', () => {
    const values = Array.from({ length: 200 }, (_, n) => 200 - n);
    expect(latencies(values)).toEqual({ p50Ms: 101, p99Ms: 199, maxMs: 200 });
  });
});
