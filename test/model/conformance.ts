/**
 * Whether what an observer saw of one order is a path of the model. The model is followed with any
 * number of invocations and any faults: what it refuses, no number of retries, zombies and duplicate
 * executions explains. It accepts too much in three things: it knows no other orders' stock, it reads
 * no clock (a deadline may always be ahead, and a day over), and who may act may also act twice.
 *
 * Why it refuses nothing legal: each invocation runs the stages of the model itself, and the places
 * where one may stand include every place where one does stand (see places.ts).
 */
import { beginning, rules, successors, type Unseen } from './candidates.ts';
import { restViolated, tombstoneMissing } from './properties.ts';
import type { State } from './state.ts';
import { allEntries } from './tasks.ts';
import type { Visible } from './visible.ts';

export interface Follower {
  /** Each write as it commits. A sentence when the model has no such step; the write is then left out. */
  see(event: Visible): string | undefined;
  /** Once nothing is in flight: a sentence when the order may not end as it stands. */
  atRest(): string | undefined;
}

export interface FollowerOptions {
  /** The whole trace takes less than a day: no key is forgotten. @default false */
  readonly isWithinADay?: boolean;
  /** A compensation and its parking may both run out of tries, unseen. @default false */
  readonly parkingMayFail?: boolean;
}

export function createFollower(options: FollowerOptions = {}): Follower {
  const { isWithinADay = false, parkingMayFail = false } = options;
  const unseen: Unseen = { daysMayPass: !isWithinADay, parkingMayFail };
  const versions = new Versions();
  let candidates = beginning(unseen);
  let last = 'nothing';
  return {
    see(event) {
      const found = successors(candidates, event, unseen);
      const problem = found.length === 0 ? refusal(last, event) : versions.see(event);
      if (problem) return problem;
      candidates = found;
      last = describe(event);
      return undefined;
    },
    atRest() {
      const problems = candidates.map(({ rows }) => problemAtRest(rows));
      const isRight = problems.includes(undefined);
      return isRight ? undefined : `at rest after ${last}: ${problems[0]}`;
    },
  };
}

const problemAtRest = (rows: State): string | undefined =>
  restViolated(rows, rules.consumers) ?? tombstoneMissing(rows);

const describe = ({ participant, value, entry }: Visible): string =>
  `${participant} ${value} by ${entry}`;

const refusal = (last: string, event: Visible): string =>
  allEntries.has(event.entry)
    ? `after ${last}, the model has no step that writes ${describe(event)}`
    : `after ${last}: ${describe(event)}, but the model knows no such Lambda`;

/** An order's versions have no gaps, and the customer is told of the one that decided. */
class Versions {
  #order = 0;
  #decided = 0;

  see({ participant, value, version }: Visible): string | undefined {
    if (participant === 'order') return this.#next(value, version);
    if (version === undefined || version === this.#decided) return undefined;
    if (participant !== 'notification' && participant !== 'mail') return undefined;
    return `the customer is told of version ${version}, but ${this.#decided} decided the order`;
  }

  #next(value: string, version = this.#order + 1): string | undefined {
    if (version !== this.#order + 1)
      return `order ${value} is version ${version}, expected ${this.#order + 1}`;
    this.#order = version;
    if (this.#decided === 0 && !value.startsWith('PENDING')) this.#decided = version;
    return undefined;
  }
}
