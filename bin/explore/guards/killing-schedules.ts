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

/** Adds one to what the file holds by now; one removal a line, in the order of the catalogue. */
export function keepKilling(id: string, killing: Killing, order: readonly string[]): void {
  const killings: Record<string, Killing> = { ...readKillings(), [id]: killing };
  const lines = order
    .filter((each) => killings[each])
    .map((each) => `  ${JSON.stringify(each)}: ${JSON.stringify(killings[each])}`);
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
}
