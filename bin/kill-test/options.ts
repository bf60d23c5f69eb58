/** The command line of `npm run kill-test`. */
import { parseArgs } from 'node:util';
import {
  type Parsed,
  parsed,
  reporting,
  reportingUsage,
  seedOf,
  whole,
} from '../command/command-line.ts';

export const usage = `Usage: npm run kill-test -- [options]

Runs npm start -- --data on a folder of its own, places orders without a pause, and kills the
process (SIGKILL) at random moments, some of them while it starts. Then lets every order come to its
end, and checks that none was lost, doubled or left half-done: the invariants of npm run demo.
Exit status 1 when a check fails; the folder is then kept, and named.

  --kills N      How often it is killed. Default: 50
  --clients N    Clients that place orders at the same time. Default: 8
  --seed N       Chooses the moments. Default: another one each time, and printed
  ${reportingUsage}`;

export interface Options {
  readonly kills: number;
  readonly clients: number;
  readonly seed: number;
  readonly json: string | undefined;
}

export function parseOptions(args: readonly string[], anySeed: () => number): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        kills: { type: 'string', default: '50' },
        clients: { type: 'string', default: '8' },
        seed: { type: 'string' },
        ...reporting,
      },
    });
    if (values.help) return 'help';
    return {
      kills: whole('--kills', values.kills, 10_000),
      clients: whole('--clients', values.clients, 1000),
      seed: seedOf(values.seed, anySeed),
      json: values.json,
    };
  });
}
