/** What the engines of a soak have told of: faults that struck, and what should never have happened. */
import type { CheckResult } from '../demo/checks.ts';
import { faultNames } from './fault-kinds.ts';
import type { News } from './news.ts';

/** From so many minutes on a kind of fault that never struck is an error: the soak says less than it seems. */
const enoughMinutes = 5;

export class Tally {
  /** By name; what never struck stands there too. */
  readonly faults: Record<string, number> = Object.fromEntries(faultNames.map((name) => [name, 0]));
  readonly troubles: string[] = [];

  hear({ faults = {}, trouble }: News): void {
    for (const [name, count] of Object.entries(faults))
      this.faults[name] = (this.faults[name] ?? 0) + count;
    if (trouble !== undefined) this.troubles.push(trouble);
  }

  checks(minutes: number, kills: number): CheckResult[] {
    const missing = faultNames.filter((name) => this.faults[name] === 0);
    const never = [...missing, ...(kills === 0 ? ['process is killed'] : [])];
    return [
      {
        name: 'no assertion or permission failed, no name was logged, no engine broke',
        problems: this.troubles,
      },
      {
        name: 'every kind of fault has struck',
        problems: minutes < enoughMinutes ? [] : never.map((name) => `never: ${name}`),
      },
    ];
  }
}
