import { connect } from 'node:net';
import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { type Handle, type HttpServer, listen } from '../../../local/http-api/server.ts';
import { exchange } from './raw-socket.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const fine: Handle = async ({ target }) => ({
  status: 200,
  headers: {},
  cookies: [],
  body: Buffer.from(`answer to ${target}`),
});

async function serve(handle: Handle = fine, patienceMs?: number) {
  const defects: unknown[] = [];
  const server = await listen(handle, 0, (defect) => defects.push(defect), patienceMs);
  servers.push(server);
  return { port: server.port, url: `http://127.0.0.1:${server.port}`, defects };
}
const isAlive = async (url: string) => (await fetch(`${url}/alive`)).status === 200;

describe('HTTP server, whatever a socket brings', () => {
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2 (no host), #section-6.3 (two lengths)
  // https://www.rfc-editor.org/rfc/rfc6585#section-5 (headers)
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'Bad Request'],
    [
      'TLS to a port without it',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      400,
      'Bad Request',
    ],
    [
      'two lengths for one body',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'Bad Request',
    ],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, ''],
    [
      'headers beyond what it reads',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
      'Request Header Fields Too Large',
    ],
  ])('answers %s and closes the connection', async (_what, bytes, status, message) => {
    const { port, url } = await serve();
    const text = await exchange(port, Buffer.from(bytes, 'latin1'));
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (message !== '') expect(text).toContain(`{"message":"${message}"}`);
    expect(await isAlive(url)).toBe(true);
  });

  it('survives any bytes, before and after a good request', async () => {
    const { port, url, defects } = await serve(fine, 50);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, isLater) => {
        const good = isLater ? 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' : '';
        const sent = Buffer.concat([Buffer.from(good), bytes, Buffer.from('\r\n\r\n')]);
        const text = await exchange(port, sent, (got) => got.includes('\r\n\r\n'));
        expect(text === '' || text.startsWith('HTTP/1.1 ')).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(await isAlive(url)).toBe(true);
    expect(defects).toEqual([]);
  });

  // Not documented: AWS names no status for slow headers, HTTP has 408:
  // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
  it('closes on a client that sends its request too slowly', async () => {
    const { port, url, defects } = await serve(fine, 50);
    const headless = await exchange(port, 'GET / HTTP/1.1\r\nHost:');
    expect(headless).toContain('{"message":"Request Timeout"}');
    const bodiless = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf';
    expect(await exchange(port, bodiless)).toBe('');
    expect(await isAlive(url)).toBe(true);
    expect(defects).toEqual([]);
  });

  it('shrugs off a client that leaves in the middle of its upload', async () => {
    const { port, url, defects } = await serve();
    await new Promise<void>((resolve) => {
      const bytes = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes, () => socket.destroy()));
      socket.on('close', () => resolve());
    });
    expect(await isAlive(url)).toBe(true);
    expect(defects).toEqual([]);
  });

  // https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
  it('answers pipelined requests in their order', async () => {
    const order: (() => void)[] = [];
    const { port } = await serve(async (request) => {
      // The first is answered only when the second has come.
      if (request.target === '/1') await new Promise<void>((resolve) => order.push(resolve));
      else order[0]?.();
      return fine(request);
    });
    const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const text = await exchange(port, one('/1') + one('/2'), (got) => got.includes('to /2'));
    expect(text.indexOf('answer to /1')).toBeLessThan(text.indexOf('answer to /2'));
    expect(text).toContain('answer to /1');
  });

  // https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
  it('says nothing that could be taken for the answer to an earlier request', async () => {
    let isReached = false;
    const { port } = await serve(async () => {
      isReached = true;
      return new Promise<never>(() => {});
    });
    const order = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';
    expect(await exchange(port, `${order}garbage\r\n\r\n`)).toBe('');
    expect(isReached).toBe(true);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  it.each([
    ['announced', (size: number) => `Content-Length: ${size}\r\n\r\n`, (part: string) => part],
    [
      'found on the way',
      () => 'Transfer-Encoding: chunked\r\n\r\n',
      (part: string) => `${part.length.toString(16)}\r\n${part}\r\n`,
    ],
  ])('answers 413 to more than 10 MB, %s, and stays usable', async (_what, head, chunk) => {
    const { port, url } = await serve();
    const size = 12 * 1024 * 1024;
    const bytes = `POST / HTTP/1.1\r\nHost: a\r\n${head(size)}${chunk('x'.repeat(size))}`;
    const text = await exchange(port, bytes, (got) => got.includes('}'));
    expect(text).toContain('HTTP/1.1 413');
    expect(text).toContain('{"message":"Request Entity Too Large"}');
    expect(await isAlive(url)).toBe(true);
  });

  it('answers 500 when the engine itself fails, and reports it', async () => {
    const { url, defects } = await serve(() => Promise.reject(new Error('a defect')));
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([
      500,
      { message: 'Internal Server Error' },
    ]);
    expect(defects).toEqual([new Error('a defect')]);
  });

  it('hands on every header of many', async () => {
    const { url } = await serve(async ({ headers }) => ({
      ...(await fine({ target: '', method: '', headers, body: Buffer.of(), sourceIp: '' })),
      headers: { 'x-seen': String(headers.filter(([name]) => name.startsWith('x-')).length) },
    }));
    const many = Array.from({ length: 2500 }, (_, i) => [`x-${i}`, ''] as [string, string]);
    expect((await fetch(url, { headers: many })).headers.get('x-seen')).toBe('2500');
  });

  it('serves 200 clients at once, each with its own answer', async () => {
    const { url, defects } = await serve();
    const paths = Array.from({ length: 200 }, (_, i) => `/${i}`);
    const answers = await Promise.all(paths.map(async (path) => (await fetch(url + path)).text()));
    expect(answers).toEqual(paths.map((path) => `answer to ${path}`));
    expect(defects).toEqual([]);
  });

  // Not documented: chosen so that no cookie is lost; AWS speaks of `cookies` only:
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
  it('sends a cookie from the headers beside those from the list', async () => {
    const { url } = await serve(async (request) => ({
      ...(await fine(request)),
      headers: { 'set-cookie': 'a=1' },
      cookies: ['b=2'],
    }));
    expect((await fetch(url)).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});
