/**
 * The HTTP API on a port of this machine. Reads requests and writes answers, decides nothing. Whatever
 * a socket brings is answered as API Gateway would, or the connection is closed.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { longestBodyBytes } from './http-api.ts';
import { type HttpRequest, type HttpResponse, ownResponse } from './message.ts';

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

export type Handle = (request: HttpRequest) => Promise<HttpResponse>;

/** A request must have arrived whole within this time, or its connection is closed. */
const usualPatienceMs = 30_000;

const limits = {
  // More than the API allows: what is between is the API's to refuse. Node drops further headers unasked.
  maxHeaderSize: 32 * 1024,
  // Longer than any client keeps its own, so that no request meets a closing connection.
  keepAliveTimeout: 75_000,
};

/** Port 0 takes a free one. Rejects with the system's error, `EADDRINUSE` say. */
export async function listen(
  handle: Handle,
  port: number,
  onDefect: (error: unknown) => void,
  patienceMs = usualPatienceMs,
): Promise<HttpServer> {
  const patience = {
    headersTimeout: patienceMs,
    requestTimeout: patienceMs,
    connectionsCheckingInterval: Math.ceil(patienceMs / 10),
  };
  const server = createServer({ ...limits, ...patience });
  server.maxHeadersCount = 0;
  /** Requests of each connection that still wait for their answer. */
  const unanswered = new WeakMap<Duplex, number>();
  const count = (socket: Duplex, change: number) =>
    unanswered.set(socket, (unanswered.get(socket) ?? 0) + change);
  server.on('request', (incoming, outgoing) => {
    const { socket } = incoming;
    count(socket, 1);
    outgoing.once('close', () => count(socket, -1));
    serve(handle, incoming, outgoing).catch((error: unknown) => {
      // A client that goes away in the middle is no defect.
      if (incoming.errored === null) onDefect(error);
      fail(outgoing);
    });
  });
  server.on('clientError', (error, socket) =>
    refuse(error, socket, Boolean(unanswered.get(socket))),
  );
  await listening(server, port);
  // Out of file descriptors, say: the connection is lost, the server goes on.
  server.on('error', onDefect);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

async function serve(handle: Handle, incoming: IncomingMessage, outgoing: ServerResponse) {
  const body = await readBody(incoming);
  if (body) return write(outgoing, await handle(requestOf(incoming, body)));
  write(outgoing, ownResponse(413));
  // Unread bytes would reset the connection before the client has seen the answer.
  incoming.resume();
}

/** A defect of the engine: the client gets what API Gateway says of its own. */
function fail(outgoing: ServerResponse): void {
  if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
  else write(outgoing, ownResponse(500));
}

/**
 * What is no HTTP, or comes too slowly or at too great a length, by the parser's own account. While an
 * earlier request is unanswered nothing is said: it would be taken for its answer.
 */
function refuse(error: NodeJS.ErrnoException, socket: Duplex, isAnswering: boolean): void {
  if (!socket.writable || isAnswering) {
    socket.destroy();
    return;
  }
  const { status, body } = ownResponse(refusals[error.code ?? ''] ?? 400);
  const head = [
    `HTTP/1.1 ${status} ${JSON.parse(body.toString()).message}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body.toString()}`, () => socket.destroy());
}

const refusals: Readonly<Record<string, 408 | 413 | 431>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Nothing when it is too long; the rest is then not kept. */
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

function write(outgoing: ServerResponse, response: HttpResponse): void {
  const { status, headers, body } = response;
  const { 'set-cookie': oneCookie = [] } = headers;
  const cookies = [oneCookie, ...response.cookies].flat();
  const isBodiless = status === 204 || status === 304 || status < 200;
  outgoing.writeHead(status, {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
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
