import { describe, expect, it } from 'vitest';
import { tokensFrom } from '../../../bin/soak/tokens.ts';

const minuteMs = 60_000;

/** Tokens that name who got them, and when. */
function clients() {
  let minute = 0;
  const token = async (sub: string, scope: string) => `${sub}, ${scope}, minute ${minute}`;
  const tokenOf = tokensFrom({ token }, () => minute * minuteMs);
  return (client: string, atMinute: number) => {
    minute = atMinute;
    return tokenOf(client);
  };
}

describe('a token', () => {
  it('is used for half of its hour, and then another one', async () => {
    const tokenOf = clients();
    expect(await tokenOf('ada', 0)).toBe('ada, orders, minute 0');
    expect(await tokenOf('ada', 29)).toBe('ada, orders, minute 0');
    expect(await tokenOf('ada', 31)).toBe('ada, orders, minute 31');
    expect(await tokenOf('ada', 60)).toBe('ada, orders, minute 31');
  });

  it("is its client's own, and an operator's for the operator", async () => {
    const tokenOf = clients();
    await tokenOf('ada', 0);
    expect(await tokenOf('operator', 0)).toBe('operator, operator, minute 0');
  });
});
