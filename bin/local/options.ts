/** The command line of `npm start`. */
import { parseArgs } from 'node:util';

export const usage = `Usage: npm start -- [options]

Runs the order pipeline on this machine: no AWS account, no Docker.

  --port N      Port of the HTTP API.            Default: $PORT, else 3000
  --data DIR    Keep the tables in DIR. Queues and executions are still gone at the end.
                Default: everything lives in memory
  --help        Show this.

DYNAMODB_ENDPOINT=http://… uses a DynamoDB that already runs (DynamoDB Local, say).`;

export type Options = {
  readonly port: number;
  readonly dataDir: string | undefined;
  readonly dynamoEndpoint: string | undefined;
};
export type Parsed =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string };

type Environment = Readonly<Record<string, string | undefined>>;

export function parseOptions(args: readonly string[], env: Environment): Parsed {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return { kind: 'help' };
    const port = readPort(values.port ?? env.PORT ?? '3000');
    const dynamoEndpoint = env.DYNAMODB_ENDPOINT;
    return { kind: 'run', options: { port, dataDir: values.data, dynamoEndpoint } };
  } catch (error) {
    return { kind: 'mistake', message: (error as Error).message };
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`the port is ${JSON.stringify(text)}, but must be a number from 0 to 65535`);
}
