/** An endpoint in front of another one, which changes what passes as a test wants it. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Of each exchange: `target` is its `x-amz-target`. What is left out passes as it is. */
export interface Meddling {
  asked?(target: string, body: string): string;
  answered?(target: string, body: string): string;
}

export interface Interposed {
  readonly endpoint: string;
  close(): void;
}

export async function interpose(behind: string, meddling: Meddling): Promise<Interposed> {
  const { asked = (_, body) => body, answered = (_, body) => body } = meddling;
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const target = `${headers['x-amz-target']}`;
    whole(incoming, (text) => {
      const body = asked(target, text);
      const own = { ...headers, 'content-length': Buffer.byteLength(body) };
      request(behind, { method, headers: own }, (answer) => {
        whole(answer, (original) => {
          const { 'content-length': _, ...others } = answer.headers;
          outgoing.writeHead(answer.statusCode ?? 500, others);
          outgoing.end(answered(target, original));
        });
      }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function whole(stream: NodeJS.ReadableStream, use: (text: string) => void): void {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (part: string) => {
    text += part;
  });
  stream.on('end', () => use(text));
}
