import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineRequest, EngineResponse } from '../../../local/http-api/client.ts';
import { minuteMs, notetaker, pierced } from './pierced.ts';

let assetDir: string;
beforeAll(async () => {
  assetDir = await notetaker();
});

const posted: EngineRequest = {
  ...{ method: 'POST', path: '/notes', headers: { 'idempotency-key': 'k' } },
  body: { text: 'once' },
};
const served: EngineResponse = {
  ...{ status: 202, headers: {}, cookies: [], text: '{}', json: {} },
};

/** One request that a fault meets; what its client is told, and what arrives when. */
function meeting(fault: string) {
  const { injector, kernel, startMs } = pierced(assetDir, { 'client/POST.notes@1': fault });
  const arrived: { request: EngineRequest; afterMs: number }[] = [];
  const send = async (request: EngineRequest) => {
    arrived.push({ request, afterMs: kernel.now() - startMs });
    return served;
  };
  const ask = () => kernel.drive(injector.request(posted, send));
  return { ask, arrived, kernel, injector };
}

describe('a request', () => {
  it('that never arrives (B) is not answered', async () => {
    const { ask, arrived } = meeting('B');
    expect(await ask()).toBeUndefined();
    expect(arrived).toEqual([]);
  });

  it('whose answer is lost (L) is served, and its client does not know', async () => {
    const { ask, arrived } = meeting('L');
    expect(await ask()).toBeUndefined();
    expect(arrived).toHaveLength(1);
  });

  it('that comes twice at once (D) is answered once', async () => {
    const { ask, arrived } = meeting('D');
    expect(await ask()).toBe(served);
    expect(arrived).toEqual([
      { request: posted, afterMs: 0 },
      { request: posted, afterMs: 0 },
    ]);
  });

  it('that comes again after 20 minutes (D20m) is answered at once', async () => {
    const { ask, arrived, kernel, injector } = meeting('D20m');
    expect(await ask()).toBe(served);
    expect([arrived.length, injector.isOver]).toEqual([1, false]);
    await kernel.advance(20 * minuteMs);
    expect(arrived[1]).toEqual({ request: posted, afterMs: 20 * minuteMs });
    expect(injector.isOver).toBe(true);
  });

  it('that arrives ten seconds late (R) was given up by its client', async () => {
    const { ask, arrived, kernel, injector } = meeting('R');
    expect(await ask()).toBeUndefined();
    expect([arrived.length, injector.isOver]).toEqual([0, false]);
    await kernel.advance(10_000);
    expect(arrived).toEqual([{ request: posted, afterMs: 10_000 }]);
    expect(injector.isOver).toBe(true);
  });

  it('that arrives five seconds late (R5s) is waited for', async () => {
    const { ask, arrived } = meeting('R5s');
    expect(await ask()).toBe(served);
    expect(arrived).toEqual([{ request: posted, afterMs: 5000 }]);
  });

  it('may follow a torn copy of itself (P), which is no JSON', async () => {
    const { ask, arrived } = meeting('P');
    expect(await ask()).toBe(served);
    const [torn, whole] = arrived.map(({ request }) => request);
    expect(whole).toEqual(posted);
    expect(torn).toMatchObject({
      ...{ method: 'POST', path: '/notes', body: '{"text"' },
      headers: { 'idempotency-key': 'k', 'content-type': 'application/json' },
    });
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
  it('that API Gateway throttles (H) is refused with 429, and does not arrive', async () => {
    const { ask, arrived } = meeting('H');
    expect(await ask()).toMatchObject({ status: 429, json: { message: 'Too Many Requests' } });
    expect(arrived).toEqual([]);
  });

  it('is met once by a fault: the next one of its kind has another name', async () => {
    const { ask, arrived } = meeting('B');
    await ask();
    expect(await ask()).toBe(served);
    expect(arrived).toHaveLength(1);
  });

  it.each([
    ['/notes/1?wait=5', 'notes'],
    ['/notes?x=1', 'notes'],
    ['/', 'root'],
  ])('of %s is a site at %s', async (path, place) => {
    const { injector, kernel, sites } = pierced(assetDir);
    await kernel.drive(injector.request({ path }, async () => served));
    expect(sites).toMatchObject([
      { id: `client/GET.${place}@1`, what: 'request', path: `client GET ${place}` },
    ]);
  });
});
