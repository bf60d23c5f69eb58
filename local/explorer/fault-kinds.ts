/** Every way to break a run, found by the kind of site and its id. */
import { callFaults, isWrite } from './call-faults.ts';
import { deliveryFaults } from './delivery-faults.ts';
import { eventFaults } from './event-faults.ts';
import type { FaultKind } from './fault-kind.ts';
import { requestFaults } from './request-faults.ts';
import type { Site, SiteKind } from './site.ts';

const byKind: Readonly<Record<SiteKind, readonly FaultKind[]>> = {
  call: callFaults,
  delivery: deliveryFaults,
  request: requestFaults,
  event: eventFaults,
};

export const allFaultKinds: readonly FaultKind[] = Object.values(byKind).flat();

export const faultsAt = (site: Site): readonly FaultKind[] =>
  byKind[site.what].filter((kind) => kind.appliesTo(site));

/**
 * They leave the world as another kind does, and differ in how the code right there hears of it (a call
 * that is tried again at once, a throttle, another name of an error) or in how long something waits.
 */
const variants: ReadonlySet<string> = new Set([
  ...['call B', 'call L', 'call H', 'call Hx', 'call Ht'],
  ...['call T20m', 'call Tb5s', 'call Tb20m', 'call Tb26h'],
  ...['delivery B1', 'delivery B2', 'delivery B3', 'delivery B4', 'delivery H'],
  ...['delivery D2m', 'delivery Ds2m', 'delivery D25h', 'delivery D13d'],
  ...['delivery R20m', 'delivery Kb', 'event D', 'event R20m', 'request R5s', 'request D20m'],
]);
/** What is stopped at a read can as well be stopped at the call that follows. */
const variantsOfReads: ReadonlySet<string> = new Set(['C', 'T']);

export function isVariant({ what, id }: FaultKind, site: Site): boolean {
  if (variants.has(`${what} ${id}`)) return true;
  if (what !== 'call') return false;
  const isConflictOfOne = id === 'Hc' && site.action !== 'TransactWriteItems';
  return isConflictOfOne || (variantsOfReads.has(id) && !isWrite(site));
}

/** The kind named so at a site of this name. Throws for one that there is not. */
export function faultKind(siteId: string, id: string): FaultKind {
  const found = byKind[siteKindOf(siteId)].find((kind) => kind.id === id);
  if (found) return found;
  const known = byKind[siteKindOf(siteId)].map((kind) => kind.id).join(', ');
  throw new Error(`there is no fault ${id} for ${siteId}; there are ${known}`);
}

function siteKindOf(siteId: string): SiteKind {
  if (siteId.startsWith('client/')) return 'request';
  if (siteId.startsWith('bus/')) return 'event';
  return /\/on\.\w+@/.test(siteId) ? 'delivery' : 'call';
}
