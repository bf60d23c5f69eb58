/**
 * What must hold once a run is quiet. Each check reads the tables and the providers' truth as they
 * are, shares no code with the product, and answers with what it found wrong.
 */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Engine } from '../../local/engine.ts';
import type { Placement } from './client.ts';
import type { BookProduct } from './order-book.ts';

/** Attributes as they stand in an item. */
type Row = Record<string, unknown> & { readonly id: string };
type OrderRow = Row & {
  readonly version: number;
  readonly status: string;
  readonly issuer: string;
  readonly customer: string;
  readonly currency: string;
  readonly lines: readonly (readonly [
    sku: string,
    title: string,
    quantity: number,
    price: number,
  ])[];
  readonly outbox: readonly { readonly type: string; readonly time: number }[];
};
type StockRow = Row & {
  readonly available?: number;
  readonly status?: string;
  readonly lines?: readonly (readonly [sku: string, quantity: number])[];
};
type ViewRow = Row & { readonly version: number; readonly status: string; readonly order: string };

export interface Facts {
  readonly placements: readonly Placement[];
  readonly products: readonly BookProduct[];
  readonly orders: readonly OrderRow[];
  readonly stock: readonly StockRow[];
  readonly view: readonly ViewRow[];
  readonly sandbox: readonly Record<string, unknown>[];
  readonly parked: readonly Row[];
  readonly executions: readonly { readonly name: string; readonly status: string }[];
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly pending: readonly string[];
}

export async function gatherFacts(
  engine: Engine,
  known: Pick<Facts, 'placements' | 'products'>,
): Promise<Facts> {
  const rows = async <T>(table: string): Promise<T[]> =>
    (await engine.items(table)).map((item) => unmarshall(item as never) as T);
  const orders = await rows<OrderRow>('OrdersTable');
  const depths = Object.entries(engine.sqs.depths());
  return {
    ...known,
    orders: orders.filter(({ status }) => status !== 'REFUSED'),
    stock: await rows('Stock'),
    view: await rows('OrderViewTable'),
    sandbox: await rows('Sandbox'),
    parked: await rows('ParkedTable'),
    executions: await engine.executions(),
    deadLetters: Object.fromEntries(
      depths
        .filter(([name]) => name.includes('DeadLetters'))
        .map(([name, { visible, inFlight }]) => [name, visible + inFlight]),
    ),
    pending: engine.pending(),
  };
}

export interface CheckResult {
  readonly name: string;
  readonly problems: readonly string[];
}

/** Whether everything holds: what the exit status says. */
export const allHold = (checks: readonly CheckResult[]): boolean =>
  checks.every(({ problems }) => problems.length === 0);

/** Every check, in the order of the report. */
export const runChecks = (facts: Facts): CheckResult[] =>
  checks.map(([name, check]) => ({ name, problems: check(facts) }));

/** Orders by how they ended. */
export function outcomesOf({ orders }: Facts): Record<string, number> {
  const outcomes: Record<string, number> = {};
  for (const { status, reason } of orders) {
    const name = reason ? `${status} (${String(reason)})` : status;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
  return outcomes;
}

const checks: [string, (facts: Facts) => string[]][] = [
  ['one order per key, one answer per key', oneOrderPerKey],
  ['every order is decided', everyOrderDecided],
  ['stock is conserved per SKU, and never negative', stockConserved],
  ['captured money = totals of confirmed orders; nothing held for the others', moneySettled],
  ['one parcel per confirmed order, none for the others', parcelsRight],
  ['one e-mail per order and event', emailsRight],
  ['read model = write model, for every order', viewEqualsOrders],
  ['sales counters = recomputed from the orders', salesRecomputed],
  ['nothing in flight, parked or in a dead-letter queue', nothingLeft],
];

function oneOrderPerKey({ placements, orders }: Facts): string[] {
  const problems = placements.flatMap(({ key, problems: found }) =>
    found.map((problem) => `${key}: ${problem}`),
  );
  const ids = new Map<string, string>();
  for (const { key, customer, id } of placements) if (id) ids.set(`${customer} ${key}`, id);
  const stored = new Set(orders.map(({ id }) => id));
  for (const [key, id] of ids) if (!stored.has(id)) problems.push(`${key}: order ${id} is missing`);
  if (stored.size !== ids.size)
    problems.push(`${stored.size} orders for ${ids.size} accepted keys`);
  if (new Set(ids.values()).size !== ids.size) problems.push('two keys share an order');
  return problems;
}

function everyOrderDecided({ orders }: Facts): string[] {
  const decided = ['CONFIRMED', 'REJECTED', 'CANCELLED'];
  return orders
    .filter(({ status }) => !decided.includes(status))
    .map(({ id, status }) => `order ${id} is ${status}`);
}

function stockConserved({ products, stock, orders }: Facts): string[] {
  const statusOf = new Map(orders.map(({ id, status }) => [id, status]));
  const held = new Map<string, number>();
  const problems: string[] = [];
  for (const { id, status, lines = [] } of stock) {
    if (status !== 'HELD') continue;
    const orderId = id.slice('order#'.length);
    if (statusOf.get(orderId) !== 'CONFIRMED')
      problems.push(`stock is held for ${orderId}, which is ${statusOf.get(orderId)}`);
    for (const [sku, quantity] of lines) held.set(sku, (held.get(sku) ?? 0) + quantity);
  }
  const available = new Map(stock.map((row) => [row.id, row.available]));
  for (const { sku, stock: initial } of products) {
    const left = available.get(`sku#${sku}`) ?? 0;
    const sum = left + (held.get(sku) ?? 0);
    if (left < 0) problems.push(`${sku}: ${left} available`);
    if (sum !== initial) problems.push(`${sku}: ${sum} units, ${initial} at the start`);
  }
  return problems;
}

function moneySettled({ orders, sandbox }: Facts): string[] {
  const payments = Map.groupBy(ofKind(sandbox, 'payment'), ({ orderId }) => orderId);
  const problems = orders.flatMap((order) => {
    const { id, status } = order;
    const own = payments.get(id) ?? [];
    const captured = sum(own, 'captured') - sum(own, 'refunded');
    const held = sum(own, 'authorized') - sum(own, 'captured') - sum(own, 'voided');
    const due = status === 'CONFIRMED' ? totalOf(order) : 0;
    return [
      ...(captured === due ? [] : [`order ${id} is ${status}: captured ${captured}, due ${due}`]),
      ...(held === 0 ? [] : [`order ${id} is ${status}: ${held} still held`]),
    ];
  });
  return [...problems, ...ofNoOrder('payment', payments.keys(), orders)];
}

function parcelsRight({ orders, sandbox }: Facts): string[] {
  const shipments = Map.groupBy(
    ofKind(sandbox, 'shipment').filter(({ status }) => status === 'BOOKED'),
    ({ orderId }) => orderId,
  );
  const problems = orders.flatMap(({ id, status }) => {
    const parcels = shipments.get(id)?.length ?? 0;
    const due = status === 'CONFIRMED' ? 1 : 0;
    return parcels === due ? [] : [`order ${id} is ${status} with ${parcels} parcels`];
  });
  return [...problems, ...ofNoOrder('parcel', shipments.keys(), orders)];
}

const announced = new Set(['OrderConfirmed', 'OrderRejected', 'OrderCancelled']);

function emailsRight({ orders, sandbox }: Facts): string[] {
  const sent = new Map<unknown, number>();
  const emails = ofKind(sandbox, 'email');
  for (const { orderId } of emails) sent.set(orderId, (sent.get(orderId) ?? 0) + 1);
  const problems = orders.flatMap(({ id, outbox }) => {
    const due = outbox.filter(({ type }) => announced.has(type)).length;
    const got = sent.get(id) ?? 0;
    return got === due ? [] : [`order ${id}: ${got} e-mails for ${due} events`];
  });
  const events = new Set(emails.map(({ eventId }) => eventId));
  if (events.size !== emails.length) problems.push('an event was told twice');
  return [...problems, ...ofNoOrder('e-mail', sent.keys(), orders)];
}

function viewEqualsOrders({ orders, view }: Facts): string[] {
  const rows = new Map(view.map((row) => [row.id, row]));
  const shownIds = [...rows.keys()].filter((id) => id.startsWith('order#'));
  const problems = orders.flatMap((order) => {
    const row = rows.get(`order#${order.id}`);
    if (!row) return [`order ${order.id} is not in the read model`];
    const shown = JSON.parse(row.order) as Record<string, unknown>;
    const expected = {
      status: order.status,
      version: order.version,
      total: { amount: totalOf(order), currency: order.currency },
      timeline: order.outbox.map(({ type, time }) => ({ at: new Date(time).toISOString(), type })),
    };
    return Object.entries(expected).flatMap(([name, value]) =>
      isSame(shown[name], value) ? [] : [`order ${order.id}: ${name} differs in the read model`],
    );
  });
  const strangers = shownIds.map((id) => id.slice('order#'.length));
  return [...problems, ...ofNoOrder('row of the read model', strangers, orders)];
}

function salesRecomputed({ orders, view }: Facts): string[] {
  const expected = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, by: number) =>
    to.set(key, (to.get(key) ?? 0) + by);
  for (const order of orders) {
    if (order.status !== 'CONFIRMED') continue;
    const day = new Date(order.outbox[0]?.time ?? 0).toISOString().slice(0, 10);
    add(expected, `${day} orders`, 1);
    add(expected, `${day} revenue#${order.currency}`, totalOf(order));
  }
  const counted = new Map<string, number>();
  for (const { id, ...attributes } of view.filter((row) => row.id.startsWith('sales#')))
    for (const [name, value] of Object.entries(attributes))
      if (typeof value === 'number') add(counted, `${id.split('#')[1]} ${name}`, value);
  return [...new Set([...expected.keys(), ...counted.keys()])].flatMap((key) =>
    expected.get(key) === counted.get(key)
      ? []
      : [`${key}: counted ${counted.get(key)}, recomputed ${expected.get(key)}`],
  );
}

type Left = Pick<Facts, 'pending' | 'deadLetters' | 'parked' | 'executions'>;

export function nothingLeft({ pending, deadLetters, parked, executions }: Left): string[] {
  return [
    ...pending,
    ...Object.entries(deadLetters).flatMap(([queue, count]) =>
      count === 0 ? [] : [`${count} messages in ${queue}`],
    ),
    ...parked.map(({ id, reason }) => `parked: ${id}: ${reason}`),
    ...executions.flatMap(({ name, status }) =>
      status === 'SUCCEEDED' ? [] : [`execution ${name} is ${status}`],
    ),
  ];
}

function ofNoOrder(what: string, ids: Iterable<unknown>, orders: readonly OrderRow[]): string[] {
  const known = new Set<unknown>(orders.map(({ id }) => id));
  return [...ids].filter((id) => !known.has(id)).map((id) => `${what} of no order: ${id}`);
}

const ofKind = (sandbox: Facts['sandbox'], kind: string) =>
  sandbox.filter((row) => row.kind === kind);
const sum = (rows: readonly Record<string, unknown>[], name: string): number =>
  rows.reduce((total, row) => total + Number(row[name] ?? 0), 0);
const totalOf = ({ lines }: OrderRow): number =>
  lines.reduce((total, [, , quantity, price]) => total + quantity * price, 0);
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
