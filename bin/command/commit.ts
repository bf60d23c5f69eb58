/** The commit that a record is about. */
import { execFileSync } from 'node:child_process';

/** Abbreviated; with a `+` when there are changes that are not committed. */
export function commitNow(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}
