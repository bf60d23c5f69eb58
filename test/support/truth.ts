/** What the orders, our records of the participants and the providers' own truth must agree on. */

export type Row = Record<string, unknown>;
export type OrderRow = Row & {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly outbox: readonly { readonly type: string; readonly time: number }[];
};

export interface Truth {
  readonly orders: readonly OrderRow[];
  readonly payments: readonly Row[];
  readonly shipments: readonly Row[];
  readonly sandbox: readonly Row[];
}

export function truthProblems({ orders, payments, shipments, sandbox }: Truth): string[] {
  const placed = orders.filter(({ status }) => status !== 'REFUSED');
  return placed.flatMap((order) => {
    const isOwn = ({ orderId }: Row) => orderId === order.id;
    const own = { payment: payments.find(isOwn), shipment: shipments.find(isOwn) };
    const truth = sandbox.filter(isOwn);
    return [
      ...historyProblems(order),
      ...fenceProblems(order, own),
      ...providerProblems(truth),
    ].map((problem) => `order ${order.id} (${order.status}): ${problem}`);
  });
}

/** Something may have to be parked at any moment. */
const history =
  /^OrderPlaced(,OrderConfirmed(,PaymentCaptured|,PaymentParked)?|,OrderRejected|,OrderCancelled)?$/;

/** Versions form a chain with one event each, along the transitions that there are. */
function historyProblems({ version, outbox }: OrderRow): string[] {
  const types = outbox.map(({ type }) => type);
  const transitions = types.filter((type) => type !== 'OrderParked').join(',');
  const isOrdered = outbox.every(({ time }, index) => time >= (outbox[index - 1]?.time ?? 0));
  return [
    ...(version === outbox.length ? [] : [`version ${version} with ${outbox.length} events`]),
    ...(history.test(transitions) ? [] : [`has the history ${types.join()}`]),
    ...(isOrdered ? [] : ['has events that go back in time']),
  ];
}

type Fences = { readonly payment: Row | undefined; readonly shipment: Row | undefined };

/** Undone means a tombstone: without one a late action could still take effect. */
function fenceProblems({ status }: OrderRow, { payment, shipment }: Fences): string[] {
  const isConfirmed = status === 'CONFIRMED';
  const payments = isConfirmed ? ['CAPTURED'] : ['VOIDED', 'DECLINED'];
  const shipments = isConfirmed ? ['BOOKED'] : ['CANCELLED'];
  return [
    ...(payments.includes(String(payment?.status)) ? [] : [`payment row is ${payment?.status}`]),
    ...(shipments.includes(String(shipment?.status))
      ? []
      : [`shipment row is ${shipment?.status}`]),
  ];
}

/** One attempt each, whatever was repeated: keys and leases keep providers from a second one. */
function providerProblems(truth: readonly Row[]): string[] {
  return ['payment', 'shipment'].flatMap((kind) => {
    const count = truth.filter((row) => row.kind === kind).length;
    return count > 1 ? [`${count} rows of kind ${kind} at the provider`] : [];
  });
}
