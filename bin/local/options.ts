/** The command line of `npm start`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Parsed, parsed } from '../command/command-line.ts';

export const usage = `Usage: npm start -- [options]

Runs the order pipeline on this machine: no AWS account, no Docker.

  --port N         Port of the HTTP API, 0 for any free one. Default: $PORT, else 3000
  --assembly DIR   Run what was synthesized into DIR (by npm run synth, say) as it is.
                   Default: synthesize first, into cdk.out
  --empty          No products, no first order: for what is yours alone.
  --data DIR       Keep everything in DIR, which is made if need be: a later start with the same
                   folder goes on where this one ended, however it ended.
                   Default: everything lives in memory and is gone at the end
  --help           Show this.

Ctrl-C ends it.
DYNAMODB_ENDPOINT=http://… uses a DynamoDB that already runs (DynamoDB Local, say).`;

export type Options = {
  readonly port: number;
  /** Folder of a cloud assembly; without it the stack is synthesized. */
  readonly assembly: string | undefined;
  readonly isEmpty: boolean;
  /** Folder in which everything survives the process; without it nothing does. */
  readonly dataDir: string | undefined;
  readonly dynamoEndpoint: string | undefined;
};
type Environment = Readonly<Record<string, string | undefined>>;

export function parseOptions(args: readonly string[], env: Environment): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        assembly: { type: 'string' },
        data: { type: 'string' },
        empty: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    // An empty variable is none: `PORT= npm start`.
    const port = readPort(values.port ?? (env.PORT || '3000'));
    const dynamoEndpoint = readEndpoint(env.DYNAMODB_ENDPOINT || undefined);
    return {
      port,
      assembly: readAssembly(values.assembly),
      isEmpty: values.empty,
      dataDir: readDataDir(values.data, dynamoEndpoint),
      dynamoEndpoint,
    };
  });
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`the port is ${JSON.stringify(text)}, but must be a number from 0 to 65535`);
}

function readAssembly(folder: string | undefined): string | undefined {
  if (folder !== '') return folder;
  throw new Error('--assembly names no folder; it must be like --assembly cdk.out');
}

function readDataDir(
  folder: string | undefined,
  dynamoEndpoint: string | undefined,
): string | undefined {
  if (folder === undefined) return undefined;
  if (folder === '') throw new Error('--data names no folder; it must be like --data .data');
  if (dynamoEndpoint !== undefined)
    throw new Error(
      '--data and DYNAMODB_ENDPOINT exclude each other: the folder keeps the items too',
    );
  return resolve(folder);
}

function readEndpoint(text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new Error(
    `DYNAMODB_ENDPOINT is ${JSON.stringify(text)}, but must be like http://127.0.0.1:8000`,
  );
}
