/**
 * From a committed change of a row to what the model sees of it. Rows are as the adapters and the
 * sandboxes write them, unmarshalled; one that is not shaped so is refused by name.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Order, State } from './state.ts';
import { orderValue, type Visible } from './visible.ts';

export type Row = Readonly<Record<string, unknown>>;

export const observedTables = [
  'Orders',
  'Stock',
  'Payments',
  'Shipments',
  'Notifications',
  'Sandbox',
] as const;
export type ObservedTable = (typeof observedTables)[number];

export type RowChange = {
  /** The Lambda that wrote, by its entry. */
  readonly entry: string;
  readonly table: ObservedTable;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
};

export type Observed = { readonly orderId: string; readonly event: Visible };

/**
 * Undefined for what belongs to no order, a product's stock; and where nothing has changed, as after a
 * transaction that DynamoDB knows by its token.
 */
export function abstracted(change: RowChange): Observed | undefined {
  const { entry, table, before, after } = change;
  if (!after) throw new Error(`a row of ${table} was deleted by ${entry}: they are for ever`);
  if (isDeepStrictEqual(before, after)) return undefined;
  const seen = observers[table](after, change);
  return seen && { orderId: seen.orderId, event: { entry, ...seen.visible } };
}

type Seen = { readonly orderId: string; readonly visible: Omit<Visible, 'entry'> };
type Observer = (after: Row, change: RowChange) => Seen | undefined;

const ofStatus =
  (participant: Visible['participant']): Observer =>
  (row) => ({
    orderId: text(row, 'orderId'),
    visible: { participant, value: text(row, 'status') },
  });

const observers: Readonly<Record<ObservedTable, Observer>> = {
  Orders: (row) => ({ orderId: text(row, 'id'), visible: orderSeen(row) }),
  Stock: stockSeen,
  Payments: ofStatus('payment'),
  Shipments: ofStatus('shipment'),
  Notifications: (row) => ({
    orderId: text(row, 'orderId'),
    visible: {
      ...{ participant: 'notification', value: text(row, 'status') },
      version: versionOf(text(row, 'eventId')),
    },
  }),
  Sandbox: (row) => ({ orderId: text(row, 'orderId'), visible: sandboxSeen(row) }),
};

function orderSeen(row: Row): Seen['visible'] {
  const order = text(row, 'status') as Order;
  // A refused request is no order: its row has no version, and never another one.
  if (order === 'REFUSED') return { participant: 'order', value: order };
  const payment = text(row, 'payment');
  const isTold = order === 'CONFIRMED' && (payment === 'CAPTURED' || payment === 'PARKED');
  const money: State['money'] = isTold ? payment : 'none';
  const parked = (row.parked ?? []) as readonly string[];
  const { version } = row;
  if (typeof version !== 'number') throw unexpected(row, 'version');
  return { participant: 'order', value: orderValue({ order, money, parked }), version };
}

function stockSeen(row: Row): Seen | undefined {
  const id = text(row, 'id');
  if (!id.startsWith('order#')) return undefined;
  const visible = { participant: 'reservation', value: text(row, 'status') } as const;
  return { orderId: id.slice('order#'.length), visible };
}

const intents: Readonly<Record<string, string>> = {
  requires_capture: 'live',
  requires_payment_method: 'declined',
  canceled: 'cancelled',
  succeeded: 'captured',
};

function sandboxSeen(row: Row): Seen['visible'] {
  switch (row.kind) {
    case 'payment': {
      const value = intents[text(row, 'status')];
      if (!value) throw unexpected(row, 'status');
      return { participant: 'intent', value };
    }
    case 'answer':
      return { participant: 'intent', value: 'error' };
    case 'shipment':
      return { participant: 'parcel', value: text(row, 'status') };
    case 'email':
      return { participant: 'mail', value: 'SENT', version: versionOf(text(row, 'eventId')) };
    default:
      throw unexpected(row, 'kind');
  }
}

/** Events are `<order id>:<version>`, with their source before it in the notification's key. */
function versionOf(eventId: string): number {
  const version = Number(eventId.slice(eventId.lastIndexOf(':') + 1));
  if (!Number.isSafeInteger(version)) throw new Error(`${eventId} is no event of an order`);
  return version;
}

function text(row: Row, name: string): string {
  const value = row[name];
  if (typeof value === 'string') return value;
  throw unexpected(row, name);
}

const unexpected = (row: Row, name: string): Error =>
  new Error(`${name} of a row is ${JSON.stringify(row[name])}: ${JSON.stringify(row)}`);
