import * as fc from 'fast-check';
import '../support/fixed-seed.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiRoute, apiRoutes } from '../../lambdas/contract/api-routes.ts';
import { limits } from '../../lambdas/contract/limits.ts';
import type { EngineRequest, EngineResponse } from '../../local/http-api/client.ts';
import { type ApiWitness, witnessOf } from '../support/api-witness.ts';
import type { World } from '../support/arbitrary-flaws.ts';
import { anyMangling } from '../support/arbitrary-json.ts';
import {
  type AnyRequest,
  flawedRequest,
  goodRequest,
  requestWithStranger,
  strayRequest,
} from '../support/arbitrary-requests.ts';
import { tokensOf } from '../support/arbitrary-tokens.ts';
import { type Description, describedBy } from '../support/documented-answers.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

const runsPerRoute = 100;
const problemType = 'application/problem+json';

let pipeline: Pipeline;
let world: World;
let description: Description;
let witness: ApiWitness;

beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 100_000, cup: 0 } });
  const own = await pipeline.place(placing('own'));
  const foreign = [await pipeline.place(placing('theirs', { as: 'bob' }))];
  await pipeline.quiet();
  // What is placed from here on stays pending: nobody changes a table but the requests themselves.
  pipeline.mapping('start-saga').pause();
  const pending = await pipeline.place(placing('pending'));
  foreign.push(await pipeline.place(placing('their-pending', { as: 'bob' })));
  await pipeline.kernel.advance(5000);
  const tokens = await tokensOf(pipeline.engine);
  world = {
    tokens: {
      orders: await tokens.good('alice', 'orders'),
      operator: await tokens.good('operator', 'operator'),
    },
    badTokens: tokens.bad,
    parameters: {
      id: { good: [own, pending], foreign: [...foreign, 'x'.repeat(43)] },
      sku: { good: ['mug', 'cup'], foreign: [] },
    },
  };
  description = await describedBy(pipeline.engine);
  witness = await witnessOf(pipeline);
});
afterAll(() => pipeline.stop());

const send = (request: EngineRequest): Promise<EngineResponse> =>
  pipeline.engine.drive(pipeline.engine.request(request));

/** Sends it, and holds the answer against the description, the calls that it caused and the tables. */
async function hold({ ask, isBad }: AnyRequest): Promise<EngineResponse> {
  const answer = await send(ask);
  const { calls, changes } = await witness.sinceLast();
  expect(description.complaint(ask, answer)).toBeUndefined();
  expect(answer.status).toBeLessThan(500);
  if (isBad) expect(answer.status).toBeGreaterThanOrEqual(400);
  if (isMalformed(answer)) expect(calls).toEqual([]);
  if (answer.status >= 400) expect(changes.filter((change) => !isKept(answer, change))).toEqual([]);
  return answer;
}

/** Refused for what can be seen in the request alone. */
const isMalformed = ({ status }: EngineResponse): boolean =>
  [400, 401, 403, 405, 413, 415, 428, 431].includes(status);

/** What our data refuses is kept, so that a repeat is refused the same: beside the orders, as none. */
const isKept = ({ status }: EngineResponse, change: string): boolean =>
  status === 422 && /^OrdersTable\w*: .*"REFUSED"/.test(change);

const holds = (request: fc.Arbitrary<AnyRequest>, numRuns = runsPerRoute): Promise<void> =>
  fc.assert(
    fc.asyncProperty(request, async (each) => void (await hold(each))),
    { numRuns },
  );

describe('the generators', () => {
  it('know every route of the template', () => {
    const served = pipeline.engine.model.apis.flatMap(({ routes }) => routes.map(({ key }) => key));
    const declared = apiRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(served.filter((key) => key !== '$default').sort()).toEqual(declared.sort());
  });

  it.each(apiRoutes)('make good requests to $method $path', async (route) => {
    for (const request of fc.sample(goodRequest(route, world), { numRuns: 10, seed: 1 })) {
      expect(request.isBad).toBe(false);
      expect(isMalformed(await hold(request))).toBe(false);
    }
  });
});

describe.each(apiRoutes)('$method $path', (route) => {
  it('answers whatever is wrong with a request as documented, and writes nothing', () =>
    holds(flawedRequest(route, world)));

  it('answers another method or path as documented, and writes nothing', () =>
    holds(strayRequest(route, world), runsPerRoute / 2));
});

describe.each(apiRoutes.filter(({ body }) => body))('the body of $method $path', (route) => {
  const sent = (change: Partial<EngineRequest>) =>
    goodRequest(route, world).map((good) => ({ ...good, ask: { ...good.ask, ...change } }));

  it('is refused with 400 for any field that it does not list, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(requestWithStranger(route, world), async (request) => {
        fc.pre(request.isBad);
        const answer = await hold(request);
        expect(answer).toMatchObject({ status: 400, headers: { 'content-type': problemType } });
      }),
      { numRuns: runsPerRoute / 2 },
    );
  });

  it('is refused with 413 when it is too long, whatever it says', async () => {
    const long = fc.tuple(anyMangling, sent({})).map(([mangle, good]) => {
      const bytes = mangle(String(good.ask.body));
      const padding = Buffer.alloc(limits.bodyBytes + 1 - Math.min(bytes.length, 1), ' ');
      return { ...good, ask: { ...good.ask, body: Buffer.concat([bytes, padding]) } };
    });
    await fc.assert(
      fc.asyncProperty(long, async (request) => {
        expect(await hold(request)).toMatchObject({ status: 413 });
      }),
      { numRuns: 10 },
    );
  });

  it('is refused with 413 by the gateway above 10 MB', async () => {
    const [request] = fc.sample(sent({ body: Buffer.alloc(10 * 1024 * 1024 + 1, ' ') }), 1);
    const answer = await hold(request as AnyRequest);
    expect(answer).toMatchObject({ status: 413, text: '{"message":"Request Entity Too Large"}' });
  });
});

describe.each(apiRoutes.filter(({ path }) => path.includes('{id}')))(
  'another customer’s order at $method $path',
  (route) => {
    it('is answered to the byte like one that does not exist', async () => {
      const as = (id: string): World => ({
        ...world,
        parameters: { ...world.parameters, id: { good: [id], foreign: [] } },
      });
      const answers = new Set<string>();
      for (const id of world.parameters.id?.foreign ?? []) {
        const [request] = fc.sample(goodRequest(route, as(id)), 1);
        const { status, text } = await hold(request as AnyRequest);
        answers.add(`${status} ${text}`);
      }
      expect([...answers]).toEqual([expect.stringMatching(/^404 .*"\/problems\/not-found"/)]);
    });
  },
);

describe.each(
  apiRoutes.filter(({ headers = [] }) => headers.some(({ name }) => name === 'Idempotency-Key')),
)('the Idempotency-Key of $method $path', (route: ApiRoute) => {
  it('is refused with 400 and a link unless it is made of 1 to 255 safe characters', async () => {
    const anyKey = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.stringMatching(/^"?[\w.~:/+=@-]{250,260}"?$/),
      fc.constantFrom('', '""', '"', '"a', 'a"', 'a b', 'a,b', 'é', '\t'),
    );
    await fc.assert(
      fc.asyncProperty(goodRequest(route, world), anyKey, async (good, key) => {
        const headers = { ...good.ask.headers, 'idempotency-key': key };
        const answer = await hold({ ...good, ask: { ...good.ask, headers } });
        const bare = key.replace(/^[ \t]+|[ \t]+$/g, '').replace(/^"(.*)"$/s, '$1');
        const isSafe = /^[A-Za-z0-9._~:/+=@-]{1,255}$/.test(bare) && /[^"]/.test(key);
        expect(answer.status === 400).toBe(!isSafe);
        if (!isSafe) expect(answer.headers.link).toBe('</openapi.json>; rel="help"');
      }),
      { numRuns: runsPerRoute },
    );
  });
});

describe('an order of what we do not sell', () => {
  const placeWith = async (lines: readonly string[], key: string) =>
    hold({
      flaws: [],
      isBad: true,
      ask: {
        ...placing(key, { lines: Object.fromEntries(lines.map((sku) => [sku, 1])) }),
        headers: {
          ...{ 'idempotency-key': key, 'content-type': 'application/json' },
          authorization: world.tokens.orders,
        },
      },
    });

  it('is refused with 422 for unknown products, the same for ever', async () => {
    const sku = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/).map((text) => `no-${text.slice(3)}`);
    const skus = fc.uniqueArray(sku, { minLength: 1, maxLength: limits.linesPerOrder - 1 });
    await fc.assert(
      fc.asyncProperty(skus, fc.uuid(), async (unknown, key) => {
        const first = await placeWith(['mug', ...unknown], key);
        expect(first).toMatchObject({ status: 422, json: { type: '/problems/unknown-product' } });
        expect((await placeWith(['mug', ...unknown], key)).text).toBe(first.text);
      }),
      { numRuns: 20 },
    );
  });

  it('is refused with 422 when its products have different currencies', async () => {
    await pipeline.ask({
      ...{ method: 'PUT', path: '/products/euro-mug', as: 'operator' },
      body: { title: 'Mug', price: { amount: 1100, currency: 'EUR' } },
    });
    await witness.sinceLast();
    const answer = await placeWith(['mug', 'euro-mug'], 'two-currencies');
    expect(answer).toMatchObject({ status: 422, json: { type: '/problems/currency-mismatch' } });
  });
});

describe('a cursor', () => {
  const list = (cursor: string) =>
    hold({
      flaws: [],
      isBad: false,
      ask: {
        path: `/orders?cursor=${encodeURIComponent(cursor)}`,
        headers: { authorization: world.tokens.orders },
      },
    });

  it('shows nothing but the own orders, wherever it points', async () => {
    const { good: own, foreign } = world.parameters.id ?? { good: [], foreign: [] };
    const instant = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
    const id = fc.constantFrom(...own, ...foreign);
    await fc.assert(
      fc.asyncProperty(instant, id, async (at, order) => {
        const position = JSON.stringify([at.toISOString(), order]);
        const answer = await list(Buffer.from(position).toString('base64url'));
        expect(answer.status).toBe(200);
        for (const { id: shown } of (answer.json as { orders: { id: string }[] }).orders)
          expect(foreign).not.toContain(shown);
      }),
      { numRuns: runsPerRoute / 2 },
    );
  });
});

describe('expressions of database calls', () => {
  it('never hold what a client has sent', () => {
    expect(witness.expressions.size).toBeGreaterThan(3);
    expect(witness.tainted).toEqual([]);
  });
});
