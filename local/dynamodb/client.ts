/** Raw DynamoDB requests over a few kept connections; an error answer becomes an `AwsError`. */
import { Pool } from 'undici';
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { inOrder } from './in-order.ts';

export type Output = Record<string, unknown>;

export interface DynamoClient {
  /** `target` is `DynamoDB_20120810.GetItem` or alike. */
  send(target: string, input: object): Promise<Output>;
}

/** By itself for what happens before the time of any kernel: exchanges are not put in order. */
export interface DynamoConnection extends DynamoClient {
  /** The same connections, in a kernel's time. */
  under(kernel: Kernel): DynamoClient;
  close(): Promise<void>;
}

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  // Any signature will do, but there must be one.
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

const mostConnections = 16;

export function createDynamoClient(endpoint: string): DynamoConnection {
  const pool = new Pool(endpoint, { connections: mostConnections, pipelining: 1 });
  return {
    send: (target, input) => exchange(pool, target, JSON.stringify(input)),
    under: (kernel) => clientUnder(kernel, pool),
    close: () => pool.close(),
  };
}

function clientUnder(kernel: Kernel, pool: Pool): DynamoClient {
  const read = kernel.mode === 'virtual' ? inOrder : undefined;
  return {
    send(target, input) {
      const body = JSON.stringify(input);
      return kernel.outside(target, () => exchange(pool, target, body, read));
    },
  };
}

async function exchange(
  pool: Pool,
  target: string,
  body: string,
  read = (parsed: unknown): unknown => parsed,
): Promise<Output> {
  const { status, text } = await post(pool, { ...headers, 'x-amz-target': target }, body);
  const output = read(JSON.parse(text)) as Output;
  if (status === 200) return output;
  throw asAwsError(status, output);
}

type Answer = { status: number; text: string };

/** By undici's innermost door: half the processor time of its `request`. */
function post(pool: Pool, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    pool.dispatch(
      { path: '/', method: 'POST', headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          const [first] = chunks;
          const whole = chunks.length === 1 && first ? first : Buffer.concat(chunks);
          resolve({ status, text: whole.toString() });
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
  });
}

function asAwsError(status: number, output: Output): AwsError {
  const { __type, message, Message, ...members } = output;
  const type = String(__type ?? 'InternalServerError');
  const said = String(message ?? Message ?? '');
  return new AwsError(type.slice(type.indexOf('#') + 1), said, { status, members });
}
