/** The command line of `npm run soak`. */
import { parseArgs } from 'node:util';
import { type Parsed, parsed, whole } from '../command/command-line.ts';
import { largestSeed } from '../kill-test/options.ts';

export const usage = `Usage: npm run soak -- [options]

Runs the engine in real time on a folder of its own, under the load of clients that place, repeat, change,
cancel and read orders, and meanwhile breaks what can break: calls lost before or after their effect, or
late, throttling, transaction conflicts, environments killed or standing still past their timeout,
deliveries repeated and delayed, events lost, mappings paused, and the whole process killed (SIGKILL)
every 20 to 60 seconds. The faults stop before the load does. Then every order comes to its end, and the
invariants are checked. Exit status 1 when one does not hold; the folder is then kept, and named.

  --minutes N    For how long there is load. Default: 10
  --clients N    Clients that work at the same time. Default: 6
  --seed N       Chooses load, faults and moments of death; real time orders them as it likes.
                 Default: another one each time, and printed
  --json FILE    Write everything that is printed, and more, to FILE.
  --help         Show this.`;

export interface Options {
  readonly minutes: number;
  readonly clients: number;
  readonly seed: number;
  readonly json: string | undefined;
}

export function parseOptions(args: readonly string[], anySeed: () => number): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '10' },
        clients: { type: 'string', default: '6' },
        seed: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    return {
      minutes: whole('--minutes', values.minutes, 7 * 24 * 60),
      clients: whole('--clients', values.clients, 100),
      seed: values.seed === undefined ? anySeed() : whole('--seed', values.seed, largestSeed),
      json: values.json,
    };
  });
}
