/** What an engine that is to be killed tells its parent, through a channel of its own. */
import { canaryOf } from '../explore/requests.ts';

export interface News {
  /** That struck since the last news, by name. */
  readonly faults?: Readonly<Record<string, number>>;
  /** What must never happen. */
  readonly trouble?: string;
}

/**
 * A line of a log that tells of a bug: an invariant that code asserts, a permission it lacks, or a name
 * that a customer has entrusted.
 */
export function troubleIn(functionName: string, line: string): string | undefined {
  const isBug = /\b(AssertionError|TypeError|ReferenceError|RangeError)\b/.test(line);
  const isLeak = line.includes(canaryOf(''));
  return isBug || isLeak || functionName === 'IAM' ? `${functionName}: ${line}` : undefined;
}
