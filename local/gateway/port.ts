/**
 * The gateway on a local TCP port, for clients outside the engine such as the AWS CLI. They need no
 * real credentials: any access key id is the account's administrator, but for those of functions. The
 * signature's scope names the service.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectionLost, type Gateway } from './gateway.ts';
import type { HttpCall } from './protocol.ts';
import type { Caller } from './service.ts';
import { refuseXmlClient } from './xml-clients.ts';

const outside: Caller = { name: 'outside', roleArn: undefined };

/** No AWS request body is larger: 16 MB is DynamoDB's batch write. */
const largestBodyBytes = 16 * 1024 * 1024;

export interface GatewayServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Port 0 takes a free one. */
export async function createGatewayServer(gateway: Gateway, port: number): Promise<GatewayServer> {
  const server = createServer((request, response) => {
    serve(gateway, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await listening(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => closed(server),
  };
}

async function serve(gateway: Gateway, request: IncomingMessage, response: ServerResponse) {
  const body = await bodyOf(request);
  if (body === undefined) {
    response.writeHead(413).end(`a request body is larger than ${largestBodyBytes} bytes`);
    return;
  }
  try {
    const call = callOf(request, body);
    const answer = refuseXmlClient(call) ?? (await gateway.request(call, outside));
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': Buffer.byteLength(answer.body),
    });
    response.end(answer.body);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    response.destroy();
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > largestBodyBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function callOf({ method = 'POST', url = '/', headers }: IncomingMessage, body: Buffer): HttpCall {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(',') : value;
  return { method, host: flat.host ?? '', path: url, headers: flat, body };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`the gateway cannot listen on 127.0.0.1:${port}`, { cause })),
    );
    server.listen(port, '127.0.0.1', resolve);
  });

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}
