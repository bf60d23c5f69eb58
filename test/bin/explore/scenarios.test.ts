/** Without any fault, every scenario does what its title says, and every invariant holds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invariants } from '../../../bin/explore/invariants/all.ts';
import { Lab } from '../../../bin/explore/lab.ts';
import { scenarios } from '../../../bin/explore/scenarios/all.ts';
import type { Happening, Operation, Row } from '../../../bin/explore/world.ts';
import { assemblyDir } from '../../support/assembly.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(assemblyDir, invariants);
});
afterAll(() => lab.close());

type Happenings = readonly Happening[];

interface Ending {
  /** Status, reason and payment of each order, sorted. */
  readonly orders: readonly string[];
  /** Status of each answer that a client got, in their order. @default whatever */
  readonly answers?: readonly number[];
  /** How often functions were invoked and not crashed by the story, by their entry. */
  readonly invoked?: Readonly<Record<string, number>>;
  /** Messages that an operator has sent: redriven dead letters, requests for a rescue. */
  readonly sent?: number;
  readonly also?: (answers: readonly Operation[]) => void;
}

const confirmed = 'CONFIRMED CAPTURED';
const cancelled = 'CANCELLED VOIDED';
const undone = (reason: string, payment = 'VOIDED') => `REJECTED ${reason} ${payment}`;
const undeliverable = undone('UNDELIVERABLE_ADDRESS');
const tooLate = undone('DEADLINE_EXCEEDED');
const accepted = { answers: [202] };

const areEqual =
  (...places: readonly number[]) =>
  (answers: readonly Operation[]): void => {
    expect(new Set(places.map((place) => answers[place]?.text)).size).toBe(1);
  };

const versionsIn = (answers: readonly Operation[]): number[] =>
  answers.flatMap(({ json }) => (json as { version?: number } | undefined)?.version ?? []);

function expectSessions(answers: readonly Operation[]): void {
  const versions = versionsIn(answers);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect([versions[0], versions.at(-1)]).toEqual([1, 3]);
  expect(answers.at(-2)).toMatchObject({ status: 304 });
  const seen = answers.filter(({ client }) => client === 'mallory').map(({ json }) => json);
  expect(seen).toMatchObject([{ orders: [] }, { orders: [] }]);
}

const endings: Readonly<Record<string, Ending>> = {
  'one-order': { orders: [confirmed], answers: [202, 200] },
  declined: { orders: [undone('PAYMENT_DECLINED', 'DECLINED')], ...accepted },
  undeliverable: { orders: [undeliverable], ...accepted },
  'out-of-stock': { orders: [undone('OUT_OF_STOCK')], ...accepted },
  'duplicate-posts': { orders: [confirmed], answers: [202, 202, 202], also: areEqual(0, 1, 2) },
  'changed-body': { orders: [confirmed], answers: [202, 422, 422] },
  'unknown-product': { orders: ['REFUSED'], answers: [422, 201, 422], also: areEqual(0, 2) },
  'same-key-two-customers': {
    orders: [confirmed, confirmed],
    answers: [202, 202, 404, 404, 404, 200, 200],
  },
  'last-unit': { orders: [confirmed, undone('OUT_OF_STOCK')], answers: [202, 202] },
  products: { orders: [confirmed], answers: [200, 202, 202, 200, 200], also: areEqual(1, 2) },
  'stock-adjustments': { orders: [], answers: [409, 200, 200, 200, 422, 409, 200] },
  'adjustment-beside-order': { orders: [confirmed], answers: [202, 409, 200] },
  'adjustment-of-all': { orders: [], answers: [200, 200], also: areEqual(0, 1) },
  'adjustment-next-day': { orders: [], answers: [200, 422, 200], also: areEqual(0, 2) },
  readers: { orders: [confirmed], also: expectSessions },

  'cancel-early': { orders: [cancelled], answers: [202, 202, 202], also: areEqual(1, 2) },
  'cancel-beside-reserve-stock': { orders: [cancelled], answers: [202, 202, 200] },
  'cancel-beside-authorize-payment': { orders: [cancelled], answers: [202, 202, 200] },
  'cancel-beside-book-shipment': { orders: [cancelled], answers: [202, 202, 200] },
  'cancel-beside-confirm-order': { orders: [confirmed], answers: [202, 412, 200] },
  'cancel-late': { orders: [confirmed], answers: [202, 412, 409] },

  'failing-reserve-stock': {
    ...{ orders: [undone('UNAVAILABLE')], ...accepted },
    invoked: { 'reserve-stock': 3, 'release-stock': 1 },
  },
  'failing-authorize-payment': {
    ...{ orders: [undone('UNAVAILABLE')], ...accepted },
    invoked: { 'authorize-payment': 3, 'void-payment': 1 },
  },
  'failing-book-shipment': {
    ...{ orders: [undone('UNAVAILABLE')], ...accepted },
    invoked: { 'book-shipment': 3, 'cancel-shipment': 1 },
  },
  'failing-confirm-order': {
    ...{ orders: [confirmed], ...accepted },
    invoked: { 'confirm-order': 3, 'reject-order': 1, 'cancel-shipment': 0 },
  },
  'failing-reject-order': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'reject-order': 1, 'cancel-shipment': 1 },
  },
  'failing-cancel-shipment': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'cancel-shipment': 1, 'void-payment': 2, 'release-stock': 2 },
  },
  'failing-void-payment': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'cancel-shipment': 2, 'void-payment': 1, 'release-stock': 2 },
  },
  'failing-release-stock': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'cancel-shipment': 2, 'void-payment': 2, 'release-stock': 1 },
  },
  'failing-park-compensation': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'park-compensation': 0, 'void-payment': 1, 'release-stock': 1 },
  },
  'failing-relay-outbox': { orders: [confirmed], answers: [202, 200] },
  'failing-project-order': {
    ...{ orders: [confirmed], answers: [202, 200] },
    also: (answers) => expect(versionsIn(answers)).toEqual([1, 1]),
  },
  'deploy-mid-saga': { orders: [confirmed], ...accepted },

  'redrive-batch': { orders: [tooLate], ...accepted },
  'redrive-batch-view': {
    ...{ orders: [confirmed], answers: [202, 200] },
    also: (answers) => expect(versionsIn(answers)).toEqual([1, 3]),
  },
  'redrive-start-saga': { orders: [tooLate], ...accepted, sent: 1 },
  'redrive-watch-deadline': {
    ...{ orders: [tooLate], ...accepted, sent: 1 },
    invoked: { 'watch-deadline': 1, 'reserve-stock': 1 },
  },
  'redrive-recover-saga': {
    ...{ orders: [tooLate], ...accepted, sent: 1 },
    invoked: { 'reserve-stock': 2, 'confirm-order': 0 },
  },
  'redrive-capture-payment': {
    ...{ orders: [confirmed], ...accepted, sent: 1 },
    invoked: { 'capture-payment': 6 },
  },
  'redrive-notify-customer': {
    ...{ orders: [confirmed], ...accepted, sent: 1 },
    invoked: { 'notify-customer': 6 },
  },
  'redrive-rescue-outbox': { orders: [confirmed], ...accepted, sent: 2 },
  'redrive-after-days': {
    ...{ orders: ['CONFIRMED PARKED'], ...accepted, sent: 2 },
    invoked: { 'capture-payment': 1, 'notify-customer': 1 },
  },
  'redrive-execution-authorize-payment': {
    ...{ orders: [confirmed], ...accepted },
    invoked: { 'reserve-stock': 2, 'authorize-payment': 3 },
  },
  'redrive-execution-book-shipment': {
    ...{ orders: [confirmed], ...accepted },
    invoked: { 'reserve-stock': 2, 'book-shipment': 3 },
  },
  'redrive-execution-confirm-order': {
    ...{ orders: [confirmed], ...accepted },
    invoked: { 'reserve-stock': 1, 'confirm-order': 2 },
  },
  'redrive-execution-reject-order': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'reject-order': 3 },
  },
  'redrive-execution-cancel-shipment': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'cancel-shipment': 3, 'void-payment': 2 },
  },
  'redrive-execution-release-stock': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'release-stock': 3 },
  },
  'redrive-execution-void-payment': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'void-payment': 3 },
  },
  'redrive-execution-after-days': {
    ...{ orders: [confirmed], ...accepted },
    invoked: { 'reserve-stock': 2, 'authorize-payment': 3, 'capture-payment': 1 },
  },
  'redrive-execution-late': {
    ...{ orders: [confirmed], ...accepted },
    invoked: { 'reserve-stock': 2, 'authorize-payment': 1 },
  },
  'redrive-execution-after-undo': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 3, 'authorize-payment': 1 },
  },
  'redrive-execution-failed': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'reject-order': 2 },
  },
  'redrive-execution-parked': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 2, 'void-payment': 1, 'recover-saga': 3 },
  },
  standstill: {
    ...{ orders: [tooLate], ...accepted },
    invoked: { 'authorize-payment': 1, 'book-shipment': 0, 'void-payment': 1 },
  },
  'stopped-undoing': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reject-order': 2, 'void-payment': 1 },
  },
  'failing-slowly': {
    ...{ orders: [tooLate], ...accepted },
    invoked: { 'reserve-stock': 2, 'void-payment': 1 },
  },
  'failing-for-good': {
    ...{ orders: [undeliverable], ...accepted },
    invoked: { 'reserve-stock': 6, 'void-payment': 0, 'cancel-shipment': 6 },
  },
  'garbled-answers': {
    ...{ orders: [undone('UNAVAILABLE')], ...accepted },
    invoked: { 'cancel-shipment': 2, 'park-compensation': 1 },
  },
  'half-read-batches': { orders: [confirmed, confirmed], answers: [202, 202, 200] },
  'late-replicas': { orders: [confirmed], answers: [202, 200, 200], also: areEqual(1, 2) },
  'long-rescue': {
    ...{ orders: [confirmed, ...Array.from({ length: 200 }, () => 'REFUSED')], ...accepted },
    ...{ invoked: { 'rescue-outbox': 3 }, sent: 1 },
  },
  'erased-order': {
    ...{ orders: [confirmed], answers: [202, 404] },
    invoked: { 'notify-customer': 1, 'start-saga': 1 },
  },
  'erring-provider': { orders: [confirmed], ...accepted, invoked: { 'authorize-payment': 2 } },
  'erring-provider-cancelled': {
    ...{ orders: [cancelled], answers: [202, 202] },
    invoked: { 'authorize-payment': 2, 'void-payment': 1 },
  },
  'erring-provider-before': {
    ...{ orders: [undone('UNAVAILABLE')], ...accepted },
    invoked: { 'book-shipment': 0 },
  },
  'cancel-unseen': { orders: [cancelled], answers: [202, 412, 202, 304] },
  'stream-outage': { orders: [confirmed, tooLate], answers: [202, 202], sent: 1 },
};

const answersIn = (happenings: Happenings): Operation[] =>
  happenings.flatMap((each) => (each.kind === 'answer' ? [each.operation] : []));

/** As they were last written. */
function ordersIn(happenings: Happenings): string[] {
  const rows = new Map<string, Row>();
  for (const each of happenings)
    if (each.kind === 'change' && each.change.table === 'Orders' && each.change.after)
      rows.set(each.change.key, each.change.after);
  return [...rows.values()].map(summaryOf).sort();
}

const summaryOf = ({ status, reason, payment }: Row): string =>
  [status, reason, payment].filter((each) => each !== undefined).join(' ');

const invocationsIn = (happenings: Happenings, entry: string): number =>
  happenings.filter((each) => each.kind === 'delivery' && each.delivery.entry === entry).length;

const sentByOperators = (happenings: Happenings): number =>
  happenings.filter((each) => each.kind === 'sent' && each.sent.by === 'operator').length;

describe('without any fault', () => {
  it.each(scenarios.map(({ name, title }) => [name, title]))('%s: %s', async (name) => {
    const ending = endings[name];
    if (!ending) throw new Error(`nobody has said how ${name} ends`);
    const { violations, happenings } = await lab.run({ scenario: name, seed: 1, faults: [] });
    const answers = answersIn(happenings);
    expect(violations).toEqual([]);
    expect(ordersIn(happenings)).toEqual(ending.orders);
    if (ending.answers) expect(answers.map(({ status }) => status)).toEqual(ending.answers);
    expect(sentByOperators(happenings)).toBe(ending.sent ?? 0);
    for (const [entry, times] of Object.entries(ending.invoked ?? {}))
      expect({ [entry]: invocationsIn(happenings, entry) }).toEqual({ [entry]: times });
    ending.also?.(answers);
  });

  it('there is a name for each scenario, and no ending without one', () => {
    expect(scenarios.map(({ name }) => name).sort()).toEqual(Object.keys(endings).sort());
  });
});
