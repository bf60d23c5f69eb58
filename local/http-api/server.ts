/** The HTTP API on a port of this machine. Reads requests and writes answers, decides nothing. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { longestBodyBytes } from './http-api.ts';
import { type HttpRequest, type HttpResponse, ownResponse } from './message.ts';

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

export type Handle = (request: HttpRequest) => Promise<HttpResponse>;

/** Port 0 takes a free one. Rejects with the system's error, `EADDRINUSE` say. */
export async function listen(
  handle: Handle,
  port: number,
  onDefect: (error: unknown) => void,
): Promise<HttpServer> {
  const server = createServer({ maxHeaderSize: 32 * 1024 }, (incoming, outgoing) => {
    serve(handle, incoming, outgoing).catch((error: unknown) => {
      // A client that goes away in the middle is no defect.
      if (incoming.errored === null) onDefect(error);
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function serve(handle: Handle, incoming: IncomingMessage, outgoing: ServerResponse) {
  const body = await readBody(incoming);
  if (!body) outgoing.setHeader('connection', 'close');
  write(outgoing, body ? await handle(requestOf(incoming, body)) : ownResponse(413));
}

/** Nothing when it is too long; the rest is then not read. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > longestBodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > longestBodyBytes) return undefined;
  }
  return Buffer.concat(chunks);
}

function requestOf(incoming: IncomingMessage, body: Buffer): HttpRequest {
  const { method = 'GET', url = '/', rawHeaders, socket } = incoming;
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.push([(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '']);
  return { method, target: url, headers, body, sourceIp: socket.remoteAddress ?? '127.0.0.1' };
}

function write(outgoing: ServerResponse, { status, headers, cookies, body }: HttpResponse): void {
  const isBodiless = status === 204 || status === 304 || status < 200;
  outgoing.writeHead(status, {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
    ...(!isBodiless && { 'content-length': body.length }),
  });
  outgoing.end(isBodiless ? undefined : body);
}

function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  return closed;
}
