import { describe, expect, it } from 'vitest';
import { sleep } from '../../../local/kernel/kernel.ts';
import { aRoute, createTestApi, ok } from './api.ts';

const echo = (routes = [aRoute('$default')]) =>
  createTestApi({ routes, work: async (event) => ok(event) });
const answering = (payload: unknown) =>
  createTestApi({ routes: [aRoute('GET /')], work: async () => ok(payload) });

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
describe('HTTP API, towards the function', () => {
  it('builds the event of payload format 2.0', async () => {
    const api = echo([aRoute('POST /orders/{id}')]);
    const { text } = await api.request({
      method: 'POST',
      target: '/orders/a%20b?x=1&x=2&y=%26',
      headers: [
        ['host', 'shop.example'],
        ['content-type', 'application/json'],
        ['x-many', '1'],
        ['x-many', '2'],
        ['cookie', 'a=1; b=2'],
        ['user-agent', 'test'],
      ],
      body: Buffer.from('{"ü":1}'),
    });
    expect(JSON.parse(text)).toEqual({
      version: '2.0',
      routeKey: 'POST /orders/{id}',
      rawPath: '/orders/a b',
      rawQueryString: 'x=1&x=2&y=%26',
      cookies: ['a=1', 'b=2'],
      headers: {
        host: 'shop.example',
        'content-type': 'application/json',
        'content-length': '8',
        'x-many': '1,2',
        'user-agent': 'test',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: { x: '1,2', y: '&' },
      pathParameters: { id: 'a b' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'abc123',
        domainName: 'shop.example',
        domainPrefix: 'shop',
        http: {
          method: 'POST',
          path: '/orders/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.stringMatching(/^[A-Za-z0-9]{15}=$/),
        routeKey: 'POST /orders/{id}',
        stage: '$default',
        time: expect.stringMatching(/^01\/Jan\/2026:00:00:00 \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
  });

  it('hands bodies that are not text on in base64', async () => {
    const { text } = await echo().request({ method: 'POST', body: Buffer.from([0, 255]) });
    expect(JSON.parse(text)).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
  });

  it.each([
    ['application/json', true],
    ['application/vnd.api+json; charset=utf-8', true],
    ['text/plain', true],
    ['application/x-www-form-urlencoded', false],
    ['application/octet-stream', false],
  ])('hands a body of %s on as text: %s', async (type, isText) => {
    const headers = [['content-type', type]] as const;
    const { text } = await echo().request({ method: 'POST', headers, body: Buffer.from('a=1') });
    const body = isText ? 'a=1' : Buffer.from('a=1').toString('base64');
    expect(JSON.parse(text)).toMatchObject({ body, isBase64Encoded: !isText });
  });

  it('leaves out what a request does not have', async () => {
    const event = JSON.parse((await echo().request()).text);
    for (const absent of ['body', 'cookies', 'pathParameters', 'queryStringParameters'])
      expect(event).not.toHaveProperty(absent);
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
describe('HTTP API, towards the client', () => {
  it('passes a structured answer on, header names in lower case', async () => {
    const api = answering({ statusCode: 202, headers: { ETag: '"1"' }, body: 'yes' });
    const answer = await api.request();
    expect(answer).toMatchObject({ status: 202, text: 'yes' });
    expect(answer.headers).toMatchObject({
      etag: '"1"',
      'content-type': 'text/plain; charset=utf-8',
    });
  });

  it('decodes a base64 body', async () => {
    const api = answering({ statusCode: 200, body: 'aGk=', isBase64Encoded: true });
    expect((await api.request()).text).toBe('hi');
  });

  it('keeps what concerns the connection to itself', async () => {
    const headers = { 'Transfer-Encoding': 'chunked', 'content-length': '7', connection: 'close' };
    const answer = await answering({ statusCode: 200, headers, body: 'hi' }).request();
    expect(answer.headers).not.toHaveProperty('transfer-encoding');
    expect(answer.headers).not.toHaveProperty('content-length');
    expect(answer.headers).not.toHaveProperty('connection');
  });

  it('makes any other JSON the body of a 200', async () => {
    expect(await answering({ a: 1 }).request()).toMatchObject({ status: 200, text: '{"a":1}' });
  });

  it.each([
    ['a body that is an object', { statusCode: 200, body: {} }],
    ['a status that is none', { statusCode: 'ok' }],
    ['a header that HTTP cannot carry', { statusCode: 200, headers: { a: 'b\nc' } }],
    ['a header with several values', { statusCode: 200, headers: { a: ['b', 'c'] } }],
    ['a cookie that HTTP cannot carry', { statusCode: 200, cookies: ['a=b\r\nc: d'] }],
    ['cookies that are no list', { statusCode: 200, cookies: 'a=1' }],
    ['a status beyond 599', { statusCode: 600 }],
  ])('answers 500 to %s and lets nothing of it out', async (_what, payload) => {
    expect(await answering(payload).request()).toMatchObject({
      status: 500,
      text: '{"message":"Internal Server Error"}',
    });
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
  it('answers 500 when the function fails, without its reason', async () => {
    // The function throws.
    const failed = { kind: 'error', errorType: 'E', errorMessage: 'secret', trace: [] } as const;
    const api = createTestApi({ routes: [aRoute('GET /')], work: async () => failed });
    const { status, text } = await api.request();
    expect([status, text]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
  it('answers 503 when no environment is free', async () => {
    const api = createTestApi({
      routes: [aRoute('GET /')],
      work: async () => ({ kind: 'throttled' }),
    });
    expect(await api.request()).toMatchObject({
      status: 503,
      text: '{"message":"Service Unavailable"}',
    });
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: 30 seconds at most; the 503: https://github.com/cortexlabs/cortex/issues/1225
  it('answers 503 at the integration timeout, while the function goes on', async () => {
    // The function takes a second longer than the integration waits.
    let isDone = false;
    const api = createTestApi({
      routes: [aRoute('GET /', { integrationTimeoutMs: 5000 })],
      work: async () => {
        await sleep(api.kernel, 6000, 'slow work');
        isDone = true;
        return ok({});
      },
    });
    const startMs = api.kernel.now();
    expect((await api.request()).status).toBe(503);
    expect(api.kernel.now() - startMs).toBeLessThan(5100);
    await api.kernel.advance(2000);
    expect(isDone).toBe(true);
  });
});

describe('HTTP API, before the function', () => {
  const refusing = createTestApi({
    routes: [aRoute('GET /known')],
    work: () => Promise.reject(new Error('the function must not be called')),
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  it.each([
    [404, 'an unknown path', { target: '/other' }, 'Not Found'],
    [404, 'another method', { method: 'PUT', target: '/known' }, 'Not Found'],
    [400, 'a malformed URL', { target: '/%zz' }, 'Bad Request'],
    [
      413,
      'a body beyond 10 MB',
      { target: '/known', body: Buffer.alloc(10_485_761) },
      'Request Entity Too Large',
    ],
    [
      431,
      'headers beyond 10 KB',
      { target: '/known', headers: [['a', 'b'.repeat(10_240)]] as const },
      'Request Header Fields Too Large',
    ],
  ])('answers %i to %s', async (status, _what, request, message) => {
    const answer = await refusing.request(request);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { message }]);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  it('counts the names of headers to no limit', async () => {
    const headers = [['a'.repeat(10_000), 'b'.repeat(200)]] as const;
    const api = echo();
    expect((await api.request({ headers })).status).toBe(200);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  it('answers 413 to a body that makes the event longer than Lambda takes', async () => {
    const body = Buffer.alloc(5 * 1024 * 1024, 255);
    const refused = await refusing.request({ target: '/known', body });
    expect(refused).toMatchObject({ status: 413, text: '{"message":"Request Entity Too Large"}' });
    const text = [['content-type', 'text/plain']] as const;
    const passed = await echo().request({ headers: text, body: Buffer.alloc(body.length, 'a') });
    expect(passed.status).toBe(200);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
  it('throttles beyond the burst of the stage and lets pass again at its rate', async () => {
    const api = createTestApi({
      routes: [aRoute('GET /')],
      stageThrottle: { ratePerSecond: 2, burst: 3 },
    });
    const burst = await api.kernel.drive(Promise.all([1, 2, 3, 4].map(() => api.send())));
    expect(burst.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
    expect(burst.find(({ status }) => status === 429)?.text).toBe(
      '{"message":"Too Many Requests"}',
    );
    await api.kernel.advance(500);
    expect((await api.request()).status).toBe(200);
    expect((await api.request()).status).toBe(429);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
  it('throttles a route with settings of its own apart from the stage', async () => {
    const throttle = { ratePerSecond: 1, burst: 1 };
    const api = createTestApi({
      routes: [aRoute('GET /a', { throttle }), aRoute('GET /b')],
      stageThrottle: { ratePerSecond: 100, burst: 100 },
    });
    expect((await api.request({ target: '/a' })).status).toBe(200);
    expect((await api.request({ target: '/a' })).status).toBe(429);
    expect((await api.request({ target: '/b' })).status).toBe(200);
  });
});
