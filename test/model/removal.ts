/** The model without one of its guards: what then goes wrong, with as few faults as it takes. */
import { type Exploration, explore } from './explore.ts';
import type { Guard } from './guards.ts';
import { scenarios } from './scenarios.ts';

export type Removal = {
  readonly guard: Guard;
  /** Of all explorations together. */
  readonly states: number;
  /** Undefined when nothing goes wrong: the guard is useless, or its harm out of reach. */
  readonly found?: { readonly faults: number } & NonNullable<Exploration['violation']>;
};

export function remove(guard: Guard, mostFaults: number): Removal {
  let states = 0;
  for (let faults = 0; faults <= mostFaults; faults++)
    for (const scenario of scenarios) {
      const exploration = explore(scenario, { faults, without: guard });
      states += exploration.states;
      const { violation } = exploration;
      if (violation) return { guard, states, found: { faults, ...violation } };
    }
  return { guard, states };
}
