/**
 * What waits for a person at the end: dead letters, parked things, records that no reader could take.
 * Whether anything may wait at all is said by V5; here it only excuses what it keeps from happening.
 */
import type { QuietWorld } from '../world.ts';
import { consumerOf } from './subscriptions.ts';

export interface Waiting {
  /** Entry or step of the saga that did not get through, e.g. `capture-payment`, `VoidPayment`. */
  readonly name: string;
  readonly payload: string;
}

/** A reader of the stream, whichever: a record that one of them could not take. */
const streamReader = 'stream';
/** A record without images, which is nobody's news. */
const emptyRecord = 'empty record';
/** An order is looked after no more. */
const recovery = 'recovery';

export function waitingOf(world: QuietWorld): readonly Waiting[] {
  const letters = Object.entries(world.deadLetters).flatMap(([queue, bodies]) =>
    bodies.map((payload) => ({ name: consumerOf(queue), payload })),
  );
  const parked = world.rows('Parked').map(({ id, payload }) => ({
    name: nameOfParked(String(id), String(payload)),
    payload: `${id} ${payload}`,
  }));
  const kept = world.failureObjects.map((key) => ({ name: streamReader, payload: key }));
  return [...letters, ...parked, ...kept];
}

/** `order:<id>`, `order:<id>:<step>`, `message:<queue's arn>:<message id>`, or a record's. */
function nameOfParked(id: string, payload: string): string {
  const [kind, , step = recovery] = id.split(':');
  if (kind === 'order') return step;
  if (kind === 'message') return consumerOf(id);
  return payload.includes('Image"') ? streamReader : emptyRecord;
}

/** Garbage that names no order keeps none from its end. */
export const waitingFor = (world: QuietWorld, orderId: string): ReadonlySet<string> =>
  new Set(
    waitingOf(world)
      .filter(({ payload }) => payload.includes(orderId))
      .map(({ name }) => name),
  );

/** Without these an order has nobody left who ends it. */
const ofTheSaga = [recovery, 'start-saga', 'watch-deadline', 'recover-saga', streamReader];
const excuses = {
  decision: ofTheSaga,
  stock: ['ReleaseStock', ...ofTheSaga],
  money: ['VoidPayment', 'CapturePayment', 'capture-payment', ...ofTheSaga],
  parcel: ['CancelShipment', ...ofTheSaga],
  mail: ['notify-customer', streamReader],
  view: [streamReader],
} as const satisfies Record<string, readonly string[]>;

/** Whether something that waits keeps this part of an order from its end. */
export function isExcused(world: QuietWorld, orderId: string, part: keyof typeof excuses): boolean {
  const waiting = waitingFor(world, orderId);
  return excuses[part].some((name) => waiting.has(name));
}
