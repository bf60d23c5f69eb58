/** One atomic action of a Lambda: a write, a provider's answer, or a decision on what it has read. */
import type { Guard } from './guards.ts';
import type { Agent, State } from './state.ts';

/** What a committed write changes, for whoever watches the tables. */
export type Participant =
  | 'order'
  | 'reservation'
  | 'payment'
  | 'intent'
  | 'shipment'
  | 'parcel'
  | 'notification'
  | 'mail';

export type Rules = {
  has(guard: Guard): boolean;
  /** Tasks that the relay feeds with the decision. */
  readonly consumers: readonly string[];
  /** Whether the message that starts the machine may come again. */
  readonly startsAgain: boolean;
};

/**
 * How it goes on: at another stage of the same Lambda; `done` or `refused` as its answer; `again`
 * from its start, because it failed; or it `gives up`, which a person has to look after.
 */
export type Next = 'done' | 'refused' | 'again' | 'gives up' | `at ${string}`;

export type Move = {
  readonly says: string;
  readonly next: Next;
  readonly change?: Partial<State>;
  /** Also for a write that leaves the same value. */
  readonly writes?: Participant;
  /** Who sets out because of it. */
  readonly starts?: readonly Agent[];
  /** It happens only where something outside fails. */
  readonly isFault?: boolean;
  /** It happens only once whoever held the shipment's lease has ended. */
  readonly isAfterLease?: boolean;
};

/** What may happen next at one place in the code; nothing means that it waits. */
export type Stage = (s: State, rules: Rules, me: Agent) => readonly Move[];
export type Task = Readonly<Record<string, Stage>>;

export const done = (says: string): readonly Move[] => [{ says, next: 'done' }];
export const refused = (says: string): readonly Move[] => [{ says, next: 'refused' }];
export const goesOn = (says: string, stage: string): readonly Move[] => [
  { says, next: `at ${stage}` },
];

export const agent = (kind: Agent['kind'], task: string): Agent => ({ kind, task, stage: 'start' });
