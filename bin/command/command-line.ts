/** What command lines share: `--help`, mistakes shown with the usage, numbers, and common options. */
import { availableParallelism } from 'node:os';

export type Parsed<Options> =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string };

/** What `read` throws is a mistake of who typed it; its message says what is wrong. */
export function parsed<Options>(read: () => Options | 'help'): Parsed<Options> {
  try {
    const options = read();
    return options === 'help' ? { kind: 'help' } : { kind: 'run', options };
  } catch (error) {
    return { kind: 'mistake', message: (error as Error).message };
  }
}

type Output = { out(line: string): void; error(line: string): void };
const terminal: Output = { out: (line) => console.log(line), error: (line) => console.error(line) };

/** When there is nothing to run: shows how to use it, and answers the exit status. */
export function showUsage(
  parsed: Exclude<Parsed<never>, { kind: 'run' }>,
  usage: string,
  output = terminal,
): number {
  if (parsed.kind === 'help') {
    output.out(usage);
    return 0;
  }
  output.error(`${parsed.message}\n\n${usage}`);
  return 2;
}

/** A whole number from 1 to `most`; throws what to say otherwise. */
export function whole(name: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new Error(`${name} is ${JSON.stringify(text)}, expected a whole number from 1 to ${most}`);
}

const text = { type: 'string' } as const;

/** Of commands that report something. */
export const reporting = { json: text, help: { type: 'boolean' } } as const;
export const reportingUsage = `--json FILE    Write everything that is printed, and more, to FILE.
  --help         Show this.`;

/** Of those whose findings `docs/exploration.md` tells. */
export const recording = { write: { type: 'boolean', default: false } } as const;
export const recordingUsage =
  '--write        Write what a whole run has found into docs/exploration.md.';

/** Of those that run many tests. */
export const testing = {
  jobs: { ...text, default: String(availableParallelism()) },
  only: { ...text, default: '' },
} as const;
export const jobsUsage =
  '--jobs N       Test runs beside each other. Default: as many as there are cores';
export const jobsOf = (jobs: string): number => whole('--jobs', jobs, 64);

const largestSeed = 0xffff_ffff;
export const anySeed = (): number => Math.floor(Math.random() * largestSeed) + 1;
/** Another one each time, unless one is asked for. */
export const seedOf = (seed: string | undefined, any: () => number): number =>
  seed === undefined ? any() : whole('--seed', seed, largestSeed);
