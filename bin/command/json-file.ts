/** The file of `--json`: that it can be written is known before the run rather than after it. */
import { closeSync, openSync } from 'node:fs';

export class Unwritable extends Error {
  override readonly name = 'Unwritable';
}

/** What the file holds stays until then. */
export function expectWritable(path: string): void {
  try {
    closeSync(openSync(path, 'a'));
  } catch (cause) {
    throw new Unwritable(`--json: ${path} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}
