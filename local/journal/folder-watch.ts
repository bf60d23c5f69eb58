/**
 * Looks whether the data are still where the next start will look for them: a file that was removed
 * takes writes as before, and loses them with the process. What happens then is not its business.
 */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kernel } from '../kernel/kernel.ts';

const lookAgainMs = 1000;

/** Tells once, of the first file that is not the one it was. */
export function watchFiles(
  kernel: Kernel,
  paths: readonly string[],
  onGone: (message: string) => void,
): void {
  const identities = paths.map(identityOf);
  const look = () => {
    const gone = paths.find((path, index) => identityOf(path) !== identities[index]);
    if (gone === undefined) kernel.after(lookAgainMs, 'data folder', look);
    else onGone(explained(gone));
  };
  kernel.after(lookAgainMs, 'data folder', look);
}

const identityOf = (path: string): number | undefined =>
  statSync(path, { throwIfNoEntry: false })?.ino;

const explained = (path: string): string =>
  `${path} was removed, replaced or moved while the engine ran: what was acknowledged in the last ` +
  `second may be lost. Bring ${dirname(path)} back if it was moved, and start again; otherwise the ` +
  'next start begins afresh.';
