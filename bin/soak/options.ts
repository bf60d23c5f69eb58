/** The command line of `npm run soak`. */
import { parseArgs } from 'node:util';
import {
  type Parsed,
  parsed,
  recording,
  recordingUsage,
  reporting,
  reportingUsage,
  seedOf,
  whole,
} from '../command/command-line.ts';

export const usage = `Usage: npm run soak -- [options]

Runs the engine in real time on a folder of its own, under the load of clients that place, repeat,
change, cancel and read orders, and meanwhile breaks what can break: calls lost before or after
their effect, or late, throttling, transaction conflicts, environments killed or standing still past
their timeout, deliveries repeated and delayed, events lost, mappings paused, and the whole process
killed (SIGKILL) every 20 to 60 seconds. The faults stop before the load does. Then every order
comes to its end, and the invariants are checked. Exit status 1 when one does not hold; the folder
is then kept, and named.

  --minutes N    For how long there is load; at most 720. Default: 10
  --clients N    Clients that work at the same time. Default: 6
  --seed N       Chooses load, faults and moments of death; real time orders them as it likes.
                 Default: another one each time, and printed
  ${recordingUsage}
  ${reportingUsage}`;

export interface Options {
  readonly minutes: number;
  readonly clients: number;
  readonly seed: number;
  readonly writes: boolean;
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
        ...recording,
        ...reporting,
      },
    });
    if (values.help) return 'help';
    return {
      minutes: minutesOf(whole('--minutes', values.minutes, Number.MAX_SAFE_INTEGER)),
      clients: whole('--clients', values.clients, 100),
      seed: seedOf(values.seed, anySeed),
      writes: values.write,
      json: values.json,
    };
  });
}

/** Half a day: the other half is left for the clock to be set forward. */
const mostMinutes = 12 * 60;

function minutesOf(minutes: number): number {
  if (minutes <= mostMinutes) return minutes;
  throw new Error(
    `--minutes is ${minutes}, expected at most ${mostMinutes}: the checks read the stream of orders, ` +
      'which keeps 24 hours, and all waits after the load count too',
  );
}
