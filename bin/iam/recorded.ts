/** What a recorded run of the tests has left. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Use } from './granted.ts';

export interface RecordedUse extends Use {
  /** Test file, and the test in it that used the statement first. */
  readonly file: string;
  readonly test: string;
}

export interface Recorded {
  readonly uses: readonly RecordedUse[];
  /** In AWS's words. */
  readonly refusals: readonly string[];
}

export function readRecorded(folder: string): Recorded {
  const parts = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recorded,
  );
  return {
    uses: parts.flatMap(({ uses }) => uses),
    refusals: parts.flatMap(({ refusals }) => refusals),
  };
}
