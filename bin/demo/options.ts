/** The command line of `npm run demo`. */
import { parseArgs } from 'node:util';
import { type Parsed, parsed, whole } from '../command/command-line.ts';

export const usage = `Usage: npm run demo -- [options]

Places a whole order book on the pipeline, run on this machine from its own template, waits until
nothing is in flight, checks every invariant, and prints outcomes, speed and counts.
Exit status 1 when a check fails.

  --input DIR    A folder with products.jsonl and orders.jsonl. Default: a generated book, whose
                 two-line orders also give counts and cost per confirmed order
  --orders N     At most N orders of the folder; or N generated ones. Default: all; 1000 generated
  --clients N    Clients that place orders at the same time. Default: 16
  --json FILE    Write everything that is printed, and more, to FILE.
  --help         Show this.`;

export interface Options {
  readonly input: string | undefined;
  readonly orders: number | undefined;
  readonly clients: number;
  readonly json: string | undefined;
}

export function parseOptions(args: readonly string[]): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        input: { type: 'string' },
        orders: { type: 'string' },
        clients: { type: 'string', default: '16' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    return {
      input: values.input,
      orders: values.orders === undefined ? undefined : whole('--orders', values.orders, 1e6),
      clients: whole('--clients', values.clients, 1000),
      json: values.json,
    };
  });
}
