/** A cloud assembly that is another one but for what somebody writes anew. */
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Everything of `source` but the `replaced` names, as links in `target`, which is replaced. */
export function linkAssembly(
  source: string,
  target: string,
  replaced: (name: string) => boolean,
): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source))
    if (!replaced(name)) symlinkSync(resolve(source, name), join(target, name));
}
