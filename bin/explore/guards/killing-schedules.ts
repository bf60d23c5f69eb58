/**
 * The schedule recorded for each removal, in a file that people read and `--search` writes: what breaks
 * without the guard, or what leads to where a guard in depth would be missed.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Killing {
  readonly schedule: string;
  /** The invariant that broke when it was recorded; none where defence in depth keeps it whole. */
  readonly invariant?: string;
}

const path = new URL('./killing-schedules.json', import.meta.url);

export const readKillings = (): Readonly<Record<string, Killing>> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, Killing>;

/** Adds one to what the file holds by now, in the order of the catalogue. */
export function keepKilling(id: string, killing: Killing, order: readonly string[]): void {
  const killings: Record<string, Killing> = { ...readKillings(), [id]: killing };
  const sorted = order.flatMap((each) => {
    const found = killings[each];
    return found ? [[each, found] as const] : [];
  });
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
