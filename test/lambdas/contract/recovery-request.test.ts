import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import { cloudEvent } from '../../../lambdas/contract/order-events.ts';
import { parseOrderPlaced } from '../../../lambdas/contract/order-placed.ts';
import { parseRecoveryRequest } from '../../../lambdas/contract/recovery-request.ts';
import type { OrderEventType } from '../../../lambdas/domain/order.ts';
import { followingExecution } from '../../../lambdas/shell/executions.ts';
import { sampleInstant, sampleOrderId } from '../../support/sample-orders.ts';

const id = sampleOrderId();
const input = JSON.stringify({ orderId: id });
const statusChange = (detail: object) =>
  JSON.stringify({
    version: '0',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    detail: { status: 'FAILED', ...detail },
  });

describe('a recovery request', () => {
  it.each([
    'no JSON',
    'null',
    '{}',
    '{"orderId":"short"}',
    statusChange({ name: 'started-by-hand', input: null }),
    statusChange({ name: 'x', input: '{"orderId":1}' }),
    statusChange({ name: 'x', input: '{' }),
  ])('is not %s', (body) => {
    expect(() => parseRecoveryRequest(body)).toThrow(PermanentFault);
  });

  it('fails in no other way, whatever arrives', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(() => parseRecoveryRequest(body)).toThrow(PermanentFault);
      }),
    ));

  it('is a reminder with the order’s id', () => {
    expect(parseRecoveryRequest(JSON.stringify({ orderId: id, more: 1 }))).toEqual({ orderId: id });
  });

  it('is the end of an execution, whoever named it', () => {
    const request = { orderId: id };
    expect(parseRecoveryRequest(statusChange({ name: 'started-by-hand', input }))).toEqual(request);
  });

  it('is known by the execution’s name when its input is left out', () => {
    for (const name of [id, followingExecution(id, id)])
      expect(parseRecoveryRequest(statusChange({ name, input: null }))).toEqual({ orderId: id });
  });
});

describe('the placing of an order', () => {
  const body = (type: OrderEventType) =>
    JSON.stringify(
      cloudEvent(
        { id, customer: 'customer-1', traceparent: 'trace' },
        { type, version: 1, time: sampleInstant },
      ),
    );

  it('is no other event', () => {
    expect(() => parseOrderPlaced(body('OrderConfirmed'))).toThrow(/expects OrderPlaced/);
  });

  it('names its order', () => {
    expect(parseOrderPlaced(body('OrderPlaced')).subject).toBe(id);
  });
});
