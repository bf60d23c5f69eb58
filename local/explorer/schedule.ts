/**
 * A schedule: a scenario, a seed, and the faults of its run. Its id says all of it, so that it can be
 * repeated anywhere: `one-order:1:book-shipment/PutItem.Shipments@1=L,relay-outbox/on.stream@2=D`.
 */
import type { PlannedFault } from './site.ts';

export interface Schedule {
  readonly scenario: string;
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
}

export const scheduleId = ({ scenario, seed, faults }: Schedule): string =>
  [scenario, seed, faults.map(({ site, fault }) => `${site}=${fault}`).join(',')].join(':');

/** Throws with what is wrong and what was expected. */
export function parseSchedule(id: string): Schedule {
  const [, scenario, seed, list] = /^([\w-]+):(\d+):(.*)$/.exec(id) ?? [];
  if (scenario === undefined || list === undefined)
    throw new Error(`${id} is no schedule: expected <scenario>:<seed>:<site>=<fault>,…`);
  const faults = list === '' ? [] : list.split(',').map((part) => parseFault(id, part));
  return { scenario, seed: Number(seed), faults };
}

function parseFault(id: string, part: string): PlannedFault {
  const [, site, fault] = /^([\w-]+\/[\w-]+\.[\w-]+@\d+)=([\w+-]+)$/.exec(part) ?? [];
  if (site && fault) return { site, fault };
  throw new Error(`${part} in ${id} is no fault: expected <actor>/<action>.<place>@<n>=<fault>`);
}
