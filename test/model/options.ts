/** The command line of the model. */
import { parseArgs } from 'node:util';
import { type Parsed, parsed, recording, whole } from '../../bin/command/command-line.ts';

export const usage = `Usage: node test/model/main.ts [options]

Explores every state of the model of one order: all interleavings of its executions, zombies,
redeliveries and consumers, with up to N faults. Prints the shortest way to what does not hold.
Exit status 1 when something does not hold, or a guard's removal is not noticed.

  --faults N   1 to 3. 2 takes seconds; 3 a minute and about 1 GB, guards apart. Default: 2
  --guards     Also take out one guard at a time, and show what then goes wrong.
  --write      With --guards: write what was found into docs/exploration.md, if everything holds.
  --help       Show this.`;

export interface Options {
  readonly faults: number;
  readonly guards: boolean;
  readonly writes: boolean;
}

export const parseOptions = (args: readonly string[]): Parsed<Options> =>
  parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        faults: { type: 'string', default: '2' },
        guards: { type: 'boolean', default: false },
        ...recording,
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    const { guards, write: writes } = values;
    if (writes && !guards) throw new Error('--write is for whole runs: with --guards');
    return { faults: whole('--faults', values.faults, 3), guards, writes };
  });
