import { describe, expect, it } from 'vitest';
import { garbled, partlyRead, unheardOf } from '../../../bin/explore/crooked-answers.ts';
import type { Call } from '../../../local/gateway/gateway.ts';

const call = (action: string, input: Record<string, unknown> = {}): Call => ({
  ...{ service: 'dynamodb', action, input, caller: { name: 'somebody', roleArn: undefined } },
});

describe('a garbled answer', () => {
  it('has an address for the number of each booking, and leaves all else alone', () => {
    const answer = { Items: [{ number: { S: 'CN-1' }, status: { S: 'BOOKED' } }] };
    expect(garbled(call('Query'), answer)).toEqual({
      Items: [{ number: { L: [{ S: '1 Canary Street' }] }, status: { S: 'BOOKED' } }],
    });
    expect(garbled(call('PutItem'), {})).toEqual({});
  });
});

describe('a batch that is read in part', () => {
  const [mug, cup] = [{ sku: { S: 'mug' } }, { sku: { S: 'cup' } }];
  const sold = (key: object) => ({ ...key, price: { N: '1' } });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
  it('leaves the last key unread, and names it with what else was asked', () => {
    const RequestItems = { Catalogue: { Keys: [mug, cup], ConsistentRead: true } };
    const answer = { Responses: { Catalogue: [sold(cup), sold(mug)] }, UnprocessedKeys: {} };
    expect(partlyRead(call('BatchGetItem', { RequestItems }), answer)).toEqual({
      Responses: { Catalogue: [sold(mug)] },
      UnprocessedKeys: { Catalogue: { Keys: [cup], ConsistentRead: true } },
    });
  });

  it('leaves the last table unread when each has one key, whatever is projected', () => {
    const RequestItems = { Orders: { Keys: [mug] }, Payments: { Keys: [cup] } };
    const answer = { Responses: { Orders: [mug], Payments: [{ status: { S: 'VOIDED' } }] } };
    expect(partlyRead(call('BatchGetItem', { RequestItems }), answer)).toEqual({
      Responses: { Orders: [mug], Payments: [] },
      UnprocessedKeys: { Payments: { Keys: [cup] } },
    });
  });

  it('reads a single key, so that asking again comes to an end', () => {
    const answer = { Responses: { Catalogue: [sold(cup)] } };
    const RequestItems = { Catalogue: { Keys: [cup] } };
    expect(partlyRead(call('BatchGetItem', { RequestItems }), answer)).toBe(answer);
    expect(partlyRead(call('GetItem'), answer)).toBe(answer);
  });
});

describe('a late replica', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
  it('has heard of nothing, and is not asked where consistency is', () => {
    const answer = { Item: { id: { S: 'o1' } } };
    expect(unheardOf(call('GetItem'), answer)).toEqual({});
    expect(unheardOf(call('GetItem', { ConsistentRead: true }), answer)).toBe(answer);
    expect(unheardOf(call('PutItem'), answer)).toBe(answer);
  });
});
