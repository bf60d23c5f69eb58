import { describe, expect, it } from 'vitest';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import {
  parseAbortInput,
  parseParkInput,
  parseSagaInput,
  refusalCode,
} from '../../../lambdas/contract/saga.ts';
import { sampleOrderId } from '../../support/sample-orders.ts';

const orderId = sampleOrderId();
const failure = { error: 'Refusal', cause: '{"errorMessage":"OUT_OF_STOCK"}' };

describe('the input of a saga step', () => {
  it('may carry more than a step knows: what other releases and earlier states have added', () => {
    const more = { orderId, failure, decision: 'REJECTED', addedLater: true };
    expect(parseSagaInput(more)).toEqual({ orderId });
    expect(parseAbortInput(more)).toEqual({ orderId, failure });
    expect(parseParkInput({ ...more, step: 'VoidPayment' })).toEqual({
      orderId,
      step: 'VoidPayment',
      failure,
    });
  });

  it('may come without a cause, as a timeout does', () => {
    const timedOut = { orderId, failure: { error: 'States.Timeout' } };
    expect(parseAbortInput(timedOut).failure).toEqual({ error: 'States.Timeout', cause: '' });
  });

  it.each([undefined, null, 'x', {}, { orderId: 'short' }])('is not %j', (input) => {
    expect(() => parseSagaInput(input)).toThrow(PermanentFault);
  });
});

describe('the reason of a failure', () => {
  it('is the code of a refusal, and of nothing else', () => {
    expect(refusalCode(failure)).toBe('OUT_OF_STOCK');
    expect(refusalCode({ ...failure, error: 'PermanentFault' })).toBeUndefined();
    expect(refusalCode({ error: 'Refusal', cause: 'no JSON' })).toBeUndefined();
  });
});
