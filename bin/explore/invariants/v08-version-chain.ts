/** V8: an order moves along the transition table, one version at a time, and nothing else of it moves. */
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isOrder, nameOf, type OrderRow } from './order-row.ts';

/** What has to be so before, and what is so after; the rest may be anything. */
interface Transition {
  readonly from: Readonly<Partial<State>>;
  readonly to: Readonly<Partial<State>>;
}
interface State {
  readonly status: string;
  readonly payment: string;
  readonly shipment: string;
}

const pending: State = { status: 'PENDING', payment: 'PENDING', shipment: 'PENDING' };
const confirmed: State = { status: 'CONFIRMED', payment: 'AUTHORIZED', shipment: 'BOOKED' };
const transitions: Readonly<Record<string, Transition>> = {
  OrderConfirmed: { from: pending, to: confirmed },
  OrderRejected: { from: pending, to: { status: 'REJECTED', shipment: 'CANCELLED' } },
  OrderCancelled: {
    from: pending,
    to: { status: 'CANCELLED', payment: 'VOIDED', shipment: 'CANCELLED' },
  },
  PaymentCaptured: { from: confirmed, to: { ...confirmed, payment: 'CAPTURED' } },
  PaymentParked: { from: confirmed, to: { ...confirmed, payment: 'PARKED' } },
  OrderParked: { from: {}, to: {} },
};

const fixed = [
  ...(['id', 'issuer', 'customer', 'currency', 'lines', 'paymentMethod', 'shipping'] as const),
  ...(['deadline', 'traceparent', 'fingerprint', 'writeId'] as const),
];

export const versionChain: Invariant = {
  id: 'V8',
  name: 'version-chain',
  sentence: 'The versions of an order form a chain along the transition table, each used once.',
  watch: () => ({
    always(happening) {
      if (happening.kind !== 'change' || happening.change.table !== 'Orders') return [];
      const { before, after } = happening.change;
      if (!isOrder(after)) return [];
      const problems = isOrder(before)
        ? moveProblems(before, after)
        : placedProblems(before, after);
      return problems.map((problem) => `${nameOf(after)}: ${problem}`);
    },
  }),
};

function placedProblems(before: Row | undefined, order: OrderRow): string[] {
  return [
    ...(before ? ['an order came out of a refusal'] : []),
    ...(order.version === 1 ? [] : ['expected to be placed at version 1']),
    ...(order.outbox.at(-1)?.type === 'OrderPlaced' ? [] : ['expected OrderPlaced first']),
    ...stateProblems('placed', stateOf(order), pending),
  ];
}

function moveProblems(before: OrderRow, after: OrderRow): string[] {
  const type = after.outbox.at(-1)?.type ?? 'nothing';
  const moved = fixed.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  const problems = [
    ...(after.version === before.version + 1 ? [] : [`it came after version ${before.version}`]),
    ...moved.map((name) => `${name} has changed since it was placed`),
  ];
  const transition = transitions[type];
  if (!transition) return [...problems, `${type} is no transition`];
  const { from, to } = transition;
  return [
    ...problems,
    ...stateProblems(`before ${type}`, stateOf(before), from),
    ...stateProblems(`after ${type}`, stateOf(after), {
      ...(type === 'OrderParked' && stateOf(before)),
      ...to,
    }),
    ...(type === 'OrderCancelled' && after.cancelledFrom !== before.version
      ? [`it was cancelled from version ${after.cancelledFrom}`]
      : []),
    ...(type === 'OrderParked' && !isAnythingNew(before.parked, after.parked)
      ? ['OrderParked names nothing new']
      : []),
  ];
}

const isAnythingNew = (before: readonly string[] = [], after: readonly string[] = []): boolean =>
  after.some((step) => !before.includes(step));

const stateOf = ({ status, payment, shipment }: OrderRow): State => ({
  status,
  payment,
  shipment: String(shipment.status),
});

const stateProblems = (when: string, found: State, expected: Partial<State>): string[] =>
  Object.entries(expected)
    .filter(([name, value]) => found[name as keyof State] !== value)
    .map(([name, value]) => `${when}: ${name} is ${found[name as keyof State]}, expected ${value}`);
