/**
 * What the pipeline assumes of the world, where no code can keep it: faults that break an assumption are
 * left out, and listed in the report with the reason.
 */
import type { FaultKind } from '../../local/explorer/fault-kind.ts';
import { faultsAt } from '../../local/explorer/fault-kinds.ts';
import type { Site } from '../../local/explorer/site.ts';

export interface Assumption {
  readonly sentence: string;
  /** Whether a fault, by its id, breaks it at a site. */
  excludes(site: Site, fault: string): boolean;
}

export const assumptions: readonly Assumption[] = [
  {
    sentence:
      'A request reaches the carrier, which has no idempotency keys, within 15 seconds after the ' +
      'function that sent it has ended: its lease (contract/timeouts.ts) lasts so long. Later ones ' +
      'are left out; for the payment provider, which has keys, they are not.',
    excludes: ({ actor, place, what }, fault) =>
      what === 'call' &&
      actor === 'book-shipment' &&
      place === 'Sandbox' &&
      /^Tb\d+[mh]$/.test(fault),
  },
];

/** The ways to break a run at a site that leave every assumption alone. */
export const applicableAt = (site: Site): readonly FaultKind[] =>
  faultsAt(site).filter(({ id }) => !assumptions.some(({ excludes }) => excludes(site, id)));
