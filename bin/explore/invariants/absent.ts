/** Invariants of the charter without a checker of their own, each with the reason. */

export interface Absent {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

export const absent: readonly Absent[] = [
  {
    id: 'V24',
    name: 'rebuild',
    reason: 'the product cannot rebuild its view beside the live one yet',
  },
  {
    id: 'V28',
    name: 'webhook-auth',
    reason: 'the product has no webhooks',
  },
  {
    id: 'V31',
    name: 'redrive-safe',
    reason:
      'checked by scenarios: they redrive dead letters and executions, and all of this must hold',
  },
  {
    id: 'V32',
    name: 'repeatable',
    reason: 'checked by replays: the same schedule gives the same trace',
  },
  {
    id: 'V33',
    name: 'not-vacuous',
    reason: 'checked by the campaign: what has never happened fails it',
  },
];
