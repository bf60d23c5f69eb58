/**
 * What a complete campaign must have seen at least once, or else it has proved nothing about it: every
 * kind of fault, every refusal of a guard, every effect of a compensation, every way to recover.
 */
import { allFaultKinds } from '../../local/explorer/fault-kinds.ts';
import type { CampaignRecord } from './record.ts';

/** The mark as summary.ts words it. */
type Expected = readonly [what: string, mark: string];

const conditionFailed = 'ConditionalCheckFailedException';
const cancelled = 'TransactionCanceledException';
const parked = 'Parked none → there';
const refused = (entry: string, reason: string): string => `${entry} ends with Refusal ${reason}`;

/** Entry, write and table of every condition that somebody must have met. */
const conditions: readonly string[] = [
  `place-order PutItem.Orders:${conditionFailed}`,
  `adjust-stock PutItem.Idempotency:${conditionFailed}`,
  `adjust-stock UpdateItem.Idempotency:${conditionFailed}`,
  `adjust-stock DeleteItem.Idempotency:${conditionFailed}`,
  `adjust-stock TransactWriteItems.Stock:${cancelled}`,
  `confirm-order UpdateItem.Orders:${conditionFailed}`,
  `reject-order UpdateItem.Orders:${conditionFailed}`,
  `cancel-order UpdateItem.Orders:${conditionFailed}`,
  `capture-payment UpdateItem.Orders:${conditionFailed}`,
  `park-compensation UpdateItem.Orders:${conditionFailed}`,
  `reserve-stock TransactWriteItems.Stock:${cancelled}`,
  `release-stock TransactWriteItems.Stock:${cancelled}`,
  `release-stock PutItem.Stock:${conditionFailed}`,
  `authorize-payment PutItem.Payments:${conditionFailed}`,
  `void-payment PutItem.Payments:${conditionFailed}`,
  `capture-payment PutItem.Payments:${conditionFailed}`,
  `book-shipment PutItem.Shipments:${conditionFailed}`,
  `cancel-shipment PutItem.Shipments:${conditionFailed}`,
  `notify-customer PutItem.Notifications:${conditionFailed}`,
  `notify-customer UpdateItem.Notifications:${conditionFailed}`,
  `project-order PutItem.OrderView:${conditionFailed}`,
  `project-order TransactWriteItems.OrderView:${cancelled}`,
  `rescue-outbox TransactWriteItems.OrderView:${cancelled}`,
  `rescue-outbox UpdateItem.OrderView:${conditionFailed}`,
  `park-compensation PutItem.Parked:${conditionFailed}`,
];

const otherRefusals: readonly Expected[] = [
  [
    'a provider knows the key of an authorisation',
    `authorize-payment PutItem.Sandbox:${conditionFailed}`,
  ],
  ['a provider knows the key of an e-mail', `notify-customer PutItem.Sandbox:${conditionFailed}`],
  ['an execution by this name has run', 'start-saga StartExecution.machine:ExecutionAlreadyExists'],
  ['nothing is reserved that is not there', refused('reserve-stock', 'OUT_OF_STOCK')],
  ['a payment is declined', refused('authorize-payment', 'PAYMENT_DECLINED')],
  ['an address is undeliverable', refused('book-shipment', 'UNDELIVERABLE_ADDRESS')],
  ['a step refuses an order that is decided', refused('reserve-stock', 'ORDER_NOT_PENDING')],
  [
    'no money is held for an order that is decided',
    refused('authorize-payment', 'ORDER_NOT_PENDING'),
  ],
  ['nothing is booked for an order that is decided', refused('book-shipment', 'ORDER_NOT_PENDING')],
  ['a confirmation loses against another decision', refused('confirm-order', 'ORDER_NOT_PENDING')],
  ['no step starts after the deadline', refused('reserve-stock', 'DEADLINE_EXCEEDED')],
  // The late step that meets a tombstone is a zombie: nobody hears of its refusal, but its write is seen.
  [
    'a late reservation meets what was released',
    `reserve-stock TransactWriteItems.Stock:${cancelled} at RELEASED`,
  ],
  [
    'a late authorisation meets what was voided',
    `authorize-payment PutItem.Payments:${conditionFailed} at VOIDED`,
  ],
  [
    'a late booking meets what was cancelled',
    `book-shipment PutItem.Shipments:${conditionFailed} at CANCELLED`,
  ],
  ['a try to book waits for another', 'book-shipment ends with TransientFault lease held'],
  ['an undo waits for a try to book', 'cancel-shipment ends with TransientFault lease held'],
  ['another request under the same key', 'client is told 422 idempotency-key-reused'],
  ['a product that is not sold', 'client is told 422 unknown-product'],
  ["another customer's order is not there", 'client is told 404 not-found'],
  ['an order that is decided is not cancelled', 'client is told 409 order-decided'],
  ['more is taken than there is', 'client is told 409 insufficient-stock'],
  ['a request comes again while it runs', 'client is told 409 request-in-progress'],
  ['a stale version is not cancelled', 'client is told 412 stale-version'],
];

const compensations: readonly Expected[] = [
  ['held stock is given back', 'release-stock Stock HELD → RELEASED'],
  ['giving back nothing leaves a tombstone', 'release-stock Stock none → RELEASED'],
  ['an authorisation is voided', 'void-payment Payments AUTHORIZED → VOIDED'],
  ['the provider cancels an authorisation', 'void-payment Sandbox requires_capture → canceled'],
  ['a try to authorise is settled', 'void-payment Payments TRIED → VOIDED'],
  ['voiding nothing leaves a tombstone', 'void-payment Payments none → VOIDED'],
  ['the carrier cancels a booking', 'cancel-shipment Sandbox BOOKED → CANCELLED'],
  ['a booking is being cancelled', 'cancel-shipment Shipments BOOKED → CANCELLING'],
  ['a try to book is settled', 'cancel-shipment Shipments TRIED → CANCELLING'],
  ['a cancellation is finished', 'cancel-shipment Shipments CANCELLING → CANCELLED'],
  ['cancelling nothing leaves a tombstone', 'cancel-shipment Shipments none → CANCELLED'],
];

const ends: readonly Expected[] = [
  ['an order is confirmed', 'confirm-order Orders PENDING → CONFIRMED'],
  ['an order is rejected', 'reject-order Orders PENDING → REJECTED'],
  ['an order is cancelled', 'cancel-order Orders PENDING → CANCELLED'],
  ['a request is refused for ever', 'place-order Orders none → REFUSED'],
  ['money is captured', 'capture-payment Sandbox requires_capture → succeeded'],
  ['a customer is told', 'notify-customer Notifications CLAIMED → SENT'],
  ['a kept answer expires', 'engine Idempotency COMPLETED → none'],
];

const recoveries: readonly Expected[] = [
  [
    'a broken execution is followed by another',
    'recover-saga DescribeExecution.machine:ExecutionDoesNotExist',
  ],
  [
    'a forgotten order is started at its deadline',
    'watch-deadline DescribeExecution.machine:ExecutionDoesNotExist',
  ],
  [
    'a rescue shows an order that the stream has forgotten',
    'rescue-outbox OrderView none → PENDING',
  ],
  [
    'a rescue shows a change that the stream has forgotten',
    'rescue-outbox OrderView PENDING → CONFIRMED',
  ],
  ['a compensation that gave up is parked', `park-compensation ${parked}`],
  ['a capture that is refused is parked', `capture-payment ${parked}`],
  ['a notification that no retry can cure is parked', `notify-customer ${parked}`],
  ['a start that no retry can cure is parked', `start-saga ${parked}`],
  ['a reminder that no retry can cure is parked', `watch-deadline ${parked}`],
  ['a recovery that no retry can cure is parked', `recover-saga ${parked}`],
  ['a rescue that no retry can cure is parked', `rescue-outbox ${parked}`],
  ['a change that cannot be published is parked', `relay-outbox ${parked}`],
  ['a change that cannot be shown is parked', `project-order ${parked}`],
];

const expected: readonly Expected[] = [
  ...conditions.map((mark): Expected => ['a condition refuses a write', mark]),
  ...[otherRefusals, compensations, ends, recoveries].flat(),
];

/** What never happened, in words; for complete campaigns only. */
export function missing({ marks, struck }: Pick<CampaignRecord, 'marks' | 'struck'>): string[] {
  const kinds = new Set(struck.map(({ what, kind }) => `${what} ${kind}`));
  return [
    ...allFaultKinds
      .filter(({ what, id }) => !kinds.has(`${what} ${id}`))
      .map(({ what, id, title }) => `expected the ${what} fault ${id} (${title}): it never struck`),
    ...expected
      .filter(([, mark]) => !marks[mark])
      .map(([what, mark]) => `expected to see that ${what} (${mark}): it never happened`),
  ];
}

/** How many things are asked for. */
export const askedFor = allFaultKinds.length + expected.length;
