import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ask, readAnswer, unexpected } from '../../../lambdas/adapters/provider-transport.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { answer } from '../../support/canned-transport.ts';

const shape = z.object({ id: z.string().check(z.minLength(2)) });

/** What the call or reading throws. */
async function thrown(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a provider that gives no answer', () => {
  const asked = (reason: unknown) => thrown(() => ask('book', () => Promise.reject(reason)));

  it('is a fault that may pass, and keeps its cause', async () => {
    const cause = Object.assign(new Error('reset'), { name: 'ConnectionReset' });
    const fault = await asked(cause);
    expect(fault).toBeInstanceOf(TransientFault);
    expect(fault).toMatchObject({ message: 'book: ConnectionReset', cause });
  });

  it('is named so when not even an error was thrown', async () => {
    expect(await asked('gone')).toMatchObject({ message: 'book: no answer' });
  });
});

describe('an answer that is not as agreed', () => {
  const read = (body: string) => thrown(() => readAnswer('book', shape, body));

  it('is told by its field, and by the type that was expected there', async () => {
    const fault = await read('{"id":7}');
    expect(fault).toBeInstanceOf(PermanentFault);
    expect(fault).toMatchObject({
      message: expect.stringMatching(/^book: id: .*, expected string$/),
    });
  });

  it('names no type when the type is right', async () => {
    expect(await read('{"id":"7"}')).toMatchObject({
      message: expect.stringMatching(/^book: id: (?:(?!, expected|Stryker|undefined).)*$/),
    });
  });

  it('is no JSON, and keeps what the parser said', async () => {
    const fault = await read('<html>');
    expect(fault).toBeInstanceOf(PermanentFault);
    expect(fault).toMatchObject({
      message: 'book: the answer is not JSON',
      cause: expect.any(SyntaxError),
    });
  });

  it('is told by its status where it gives no code', () => {
    expect(unexpected('book', answer(418, '')).message).toBe(
      'book: unexpected answer 418 (no code)',
    );
  });
});
