import { describe, expect, it } from 'vitest';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import { parseRescueRequest } from '../../../lambdas/contract/rescue-request.ts';
import type { Instant } from '../../../lambdas/domain/values.ts';

const now = '2026-11-22T12:00:00.000Z' as Instant;
const parse = (value: unknown) =>
  parseRescueRequest(JSON.stringify(value), { messageId: 'm-1', now });
const continuation = {
  since: '2026-11-20T00:00:00.000Z',
  run: 'm-0',
  page: 2,
  token: 't',
  after: 'order',
  total: { read: 100, fed: 3, parked: 0 },
};

describe('a wish for a rescue', () => {
  it('is the first page of a run that has the name of its message', () => {
    expect(parse({ since: '2026-11-20T01:00:00+01:00', by: 'ann' })).toEqual({
      ...{ since: '2026-11-20T00:00:00.000Z', run: 'm-1', page: 1, token: 'm-1' },
      total: { read: 0, fed: 0, parked: 0 },
    });
  });

  it('may name the present moment', () => {
    expect(parse({ since: now })).toMatchObject({ since: now });
  });

  it('may be read by a clock that is five seconds behind that of its sender', () => {
    const since = '2026-11-22T12:00:05.000Z';
    expect(parse({ since })).toMatchObject({ since });
  });

  it.each([
    ['no moment', {}, 'since: must be a moment with its offset, as 2026-11-20T00:00:00Z'],
    ['a day only', { since: '2026-11-20' }, 'since: must be a moment'],
    ['no offset', { since: '2026-11-20T00:00:00' }, 'since: must be a moment'],
    ['a day that no calendar has', { since: '2026-02-30T00:00:00Z' }, 'since: must be a moment'],
    ['a number', { since: 1_795_000_000 }, 'since: must be a moment'],
    ['the future', { since: '2026-11-22T12:00:05.001Z' }, `since: must not be in the future`],
    ['nothing around it', 'since', 'not a rescue request: '],
    ['null around it', null, 'not a rescue request: '],
  ])('is refused for good with %s', (_what, value, reason) => {
    expect(() => parse(value)).toThrow(PermanentFault);
    expect(() => parse(value)).toThrow(reason);
  });

  it('is refused for good when it is not JSON', () => {
    expect(() => parseRescueRequest('since yesterday', { messageId: 'm-1', now })).toThrow(
      new PermanentFault('a rescue request must be JSON'),
    );
  });
});

describe('the page that a rescue goes on with', () => {
  it('is read as it was sent, whatever the message is called', () => {
    expect(parse({ ...continuation, newer: true })).toEqual(continuation);
  });

  it.each([
    ['no token', { token: '' }],
    ['no place to go on from', { after: undefined }],
    ['the number of a first page', { page: 1 }],
    ['a count that is none', { total: { read: -1, fed: 0, parked: 0 } }],
  ])('is refused for good with %s', (_what, flaw) => {
    expect(() => parse({ ...continuation, ...flaw })).toThrow(PermanentFault);
  });
});
