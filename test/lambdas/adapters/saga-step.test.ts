import { describe, expect, it } from 'vitest';
import { sagaStep } from '../../../lambdas/adapters/saga-step.ts';
import { Refusal } from '../../../lambdas/contract/faults.ts';

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 5_000 };
const parse = (input: unknown) => `parsed ${input}`;

describe('a step of the saga', () => {
  it('is given its input parsed, and which invocation it is and how long it lasts', async () => {
    const seen: unknown[] = [];
    const step = sagaStep(parse, async (input, { requestId, remainingMs }) => {
      seen.push(input, requestId, remainingMs());
      return { outcome: 'done' };
    });
    expect(await step('input', context)).toEqual({ outcome: 'done' });
    expect(seen).toEqual(['parsed input', 'request-1', 5_000]);
  });

  it('throws a refusal by its code, which Step Functions catches', async () => {
    const step = sagaStep(parse, async () => ({ outcome: 'refused', reason: 'OUT_OF_STOCK' }));
    const refusal = step('input', context);
    await expect(refusal).rejects.toBeInstanceOf(Refusal);
    await expect(refusal).rejects.toThrow('OUT_OF_STOCK');
  });
});
