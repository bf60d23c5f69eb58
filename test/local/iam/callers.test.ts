import { describe, expect, it } from 'vitest';
import { createIdentify } from '../../../local/iam/callers.ts';
import { functionModel } from '../lambda/sample-function.ts';
import { roleArn } from './statements.ts';

const identify = createIdentify([functionModel('', { name: 'place-order', roleArn })]);
const outside = { name: 'outside', roleArn: undefined };
const inside = { name: 'get-order', roleArn: `${roleArn}-2` };

const signed = (keyId: string) => ({
  ...{ method: 'POST', host: 'sqs.us-east-1.amazonaws.com', path: '/', body: '' },
  headers: {
    authorization: `AWS4-HMAC-SHA256 Credential=${keyId}/20260101/us-east-1/sqs/aws4_request, Signature=0`,
  },
});

describe('the caller of a request', () => {
  it('is the function whose access key id signed it, wherever it comes from', () => {
    const placeOrder = { name: 'place-order', roleArn };
    expect(identify(signed('LOCAL-place-order'), inside)).toEqual(placeOrder);
    expect(identify(signed('LOCAL-place-order'), outside)).toEqual(placeOrder);
  });

  it('is the administrator for any other key on the local port', () => {
    expect(identify(signed('AKIAIOSFODNN7EXAMPLE'), outside)).toBe(outside);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  it('is nobody for a key that a function made up', () => {
    expect(() => identify(signed('AKIAIOSFODNN7EXAMPLE'), inside)).toThrow(
      'The security token included in the request is invalid.',
    );
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  it('is nobody without a signature', () => {
    expect(() => identify({ ...signed(''), headers: {} }, outside)).toThrow(
      expect.objectContaining({ code: 'MissingAuthenticationTokenException' }),
    );
    expect(() => identify({ ...signed(''), headers: {} }, outside)).toThrow(
      'Request is missing Authentication Token',
    );
  });
});
