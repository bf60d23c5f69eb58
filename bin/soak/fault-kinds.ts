/**
 * What a soak breaks: the explorer's kinds that show within seconds and that nobody has to repair by
 * hand (poison parks, as it should), and what only a running engine can do.
 */
import { callFaults } from '../../local/explorer/call-faults.ts';
import { deliveryFaults } from '../../local/explorer/delivery-faults.ts';
import { eventFaults } from '../../local/explorer/event-faults.ts';
import type { FaultKind } from '../../local/explorer/fault-kind.ts';
import { requestFaults } from '../../local/explorer/request-faults.ts';

export const nameOf = ({ what, title }: FaultKind): string => `${what}: ${title}`;

function chosen<Kind extends FaultKind>(all: readonly Kind[], ids: string): Kind[] {
  return ids.split(' ').map((id) => {
    const found = all.find((kind) => kind.id === id);
    if (found) return found;
    throw new Error(`the explorer has no fault ${id} of ${all[0]?.what}s`);
  });
}

/** Between clients and the engine. */
export const requestKinds = chosen(requestFaults, 'B L D R R5s P H');

/** Inside the engine. */
export const engineKinds = [
  ...chosen(callFaults, 'B Bx Bp L Lx C Cx R5s T Tb H Hx Hc'),
  ...chosen(deliveryFaults, 'B B1 B2 B3 L D R5s T H K Kb'),
  ...chosen(eventFaults, 'B D'),
];

/** What single sites do not tell. */
export const otherKinds = {
  paused: 'mapping: is paused for seconds',
  conflict: 'write: meets a transaction that DynamoDB is still at',
} as const;
/** The engine's own, whenever there is an occasion. */
export const chaosKinds = {
  'sqs.repeat': 'queue: forgets a delete',
  'stream.repeat': 'stream: forgets how far it was read',
} as const;

/** All that has to happen in a soak, by its name in reports. */
export const faultNames: readonly string[] = [
  ...[...requestKinds, ...engineKinds].map(nameOf),
  ...Object.values(otherKinds),
  ...Object.values(chaosKinds),
];
