import { describe, expect, it } from 'vitest';
import { placing } from '../../../bin/explore/requests.ts';
import type { Operation } from '../../../bin/explore/world.ts';
import { Desk, type Send } from '../../../bin/soak/desk.ts';
import { type EngineResponse, engineResponseOf } from '../../../local/http-api/client.ts';

const answer = (status: number, headers: Record<string, string> = {}): EngineResponse =>
  engineResponseOf({ status, headers, cookies: [], body: Buffer.from(`{"is":${status}}`) });

/** Asks for an order of which the engine says one thing after the other. */
async function askOf(...answers: (EngineResponse | undefined)[]) {
  const operations: Operation[] = [];
  const sent: string[] = [];
  const send: Send = async (request) => {
    sent.push(JSON.stringify(request));
    return answers.shift();
  };
  const tokenOf = async () => 'token';
  const { signal } = new AbortController();
  const desk = new Desk({ send, tokenOf, operations, signal });
  const last = await desk.ask(placing('k1', { as: 'ada' }));
  return { last, operations, sent };
}

describe('a request', () => {
  it('whose outcome is unknown is sent again as it was, until somebody knows', async () => {
    const { last, operations, sent } = await askOf(undefined, answer(503), answer(202));
    expect(operations.map(({ outcome }) => outcome)).toEqual(['info', 'info', 'ok']);
    expect(new Set(sent).size).toBe(1);
    expect(last).toBe(operations.at(-1));
  });

  it('that is refused is settled too', async () => {
    const { operations } = await askOf(answer(422));
    expect(operations).toMatchObject([{ client: 'ada', outcome: 'fail', status: 422 }]);
  });

  it.each([
    ['throttled', answer(429)],
    ['told to come back, because its twin still runs', answer(409, { 'retry-after': '1' })],
  ])('that is %s is sent again', async (_, first) => {
    const { operations } = await askOf(first, answer(202));
    expect(operations.map(({ outcome }) => outcome)).toEqual(['fail', 'ok']);
  });

  it('is noted with its beginning, its end and what was told', async () => {
    const { last } = await askOf(answer(202));
    expect(last.endedMs).toBeGreaterThanOrEqual(last.startedMs);
    expect(last).toMatchObject({ text: '{"is":202}', request: { path: '/orders' } });
  });
});
