import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { traceparentOf } from '../../../lambdas/adapters/trace-context.ts';

const valid = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

describe('a trace context', () => {
  it("is the client's", () => {
    const sent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(traceparentOf(sent)).toBe(sent);
  });

  it.each([
    undefined,
    '',
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`,
    `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`,
  ])('begins here instead of %j', (header) => {
    expect(traceparentOf(header)).toMatch(valid);
    expect(traceparentOf(header)).not.toBe(header);
    expect(traceparentOf(header)).not.toBe(traceparentOf(header));
  });

  it('is well-formed, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(traceparentOf(header)).toMatch(valid);
      }),
    );
  });
});
