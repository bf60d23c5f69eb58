import { afterEach, describe, expect, it } from 'vitest';
import { type Handle, type HttpServer, listen } from '../../../local/http-api/server.ts';

let server: HttpServer | undefined;
afterEach(() => server?.close());

async function serve(handle: Handle): Promise<string> {
  server = await listen(handle, 0, (defect) => {
    throw defect;
  });
  return `http://127.0.0.1:${server.port}`;
}

describe('HTTP server', () => {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
  it('hands a request over as it came and sends every cookie by itself', async () => {
    const url = await serve(async ({ method, target, headers, body }) => {
      const seen = { method, target, type: headers.find(([name]) => name === 'content-type')?.[1] };
      const text = JSON.stringify({ ...seen, body: body.toString() });
      return { status: 201, headers: {}, cookies: ['a=1', 'b=2'], body: Buffer.from(text) };
    });
    const response = await fetch(`${url}/a?b=%20`, {
      method: 'POST',
      headers: { 'content-type': 'text/x' },
      body: 'hello',
    });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({
      method: 'POST',
      target: '/a?b=%20',
      type: 'text/x',
      body: 'hello',
    });
  });

  // https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
  it('sends a 304 without a body', async () => {
    const url = await serve(async () => ({
      status: 304,
      headers: { etag: '"1"' },
      cookies: [],
      body: Buffer.alloc(0),
    }));
    const response = await fetch(url);
    expect([response.status, response.headers.get('etag')]).toEqual([304, '"1"']);
  });

  it('says so when its port is taken', async () => {
    const url = await serve(async () => ({
      status: 200,
      headers: {},
      cookies: [],
      body: Buffer.of(),
    }));
    await expect(
      listen(
        async () => Promise.reject(),
        Number(new URL(url).port),
        () => {},
      ),
    ).rejects.toThrow('EADDRINUSE');
  });
});
