/** The schedule recorded for each removal, in a file that people read and `--search` writes. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Killing {
  readonly schedule: string;
  /** The invariant that broke when it was recorded. */
  readonly invariant: string;
}

const path = new URL('./killing-schedules.json', import.meta.url);

export const readKillings = (): Readonly<Record<string, Killing>> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, Killing>;

/** One removal a line, in the order of the catalogue. */
export function writeKillings(
  killings: Readonly<Record<string, Killing>>,
  order: readonly string[],
) {
  const lines = order
    .filter((id) => killings[id])
    .map((id) => `  ${JSON.stringify(id)}: ${JSON.stringify(killings[id])}`);
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
}
