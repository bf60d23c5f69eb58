/** A story of clients and operators, which the explorer then breaks wherever it can be broken. */
import type { Ask, Stage } from '../stage.ts';

export interface Scenario {
  /** Short, in lower case with hyphens: part of a schedule's name. */
  readonly name: string;
  /** One sentence. */
  readonly title: string;
  /** Units on stock at the beginning, by SKU. */
  readonly stock: Readonly<Record<string, number>>;
  /** Everything the clients and operators do; runs in virtual time, and awaits nothing but the stage. */
  run(stage: Stage): Promise<void>;
  /** What the story itself breaks for good, so that something may end parked. @default false */
  readonly mayPark?: boolean;
}

export type { Ask, Stage };
