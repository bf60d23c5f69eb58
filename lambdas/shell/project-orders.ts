/**
 * Orders into the read model: of each order in a batch its newest state, in one conditional write.
 * Nothing is read first: the stream's old image says which row must be there, and when another one
 * is, the refused write brings it back and the decision is made again.
 */
import { TransientFault } from '../contract/faults.ts';
import { orderRepresentation } from '../contract/order-representation.ts';
import { customerKey } from '../contract/read-model.ts';
import { type SalesChange, salesShard } from '../domain/sales.ts';
import type { OrderId } from '../domain/values.ts';
import {
  decideView,
  type HeldRow,
  heldRow,
  liveRow,
  tombstone,
  type ViewRow,
} from '../domain/view.ts';
import type { OrderChange } from './order-change.ts';

export interface ViewStore {
  /**
   * Writes `row` and adds `sales` to the counters, in one transaction, on condition that the stored
   * row is exactly `held` (undefined: there is none). Otherwise the stored row comes back.
   */
  replace(replacement: {
    readonly held: HeldRow | undefined;
    readonly row: ViewRow;
    readonly sales: readonly SalesChange[];
  }): Promise<
    | { readonly outcome: 'replaced' }
    | { readonly outcome: 'lost'; readonly stored: HeldRow | undefined }
  >;
}

/** The newest of an order's changes in a batch, and the row that was there before the oldest. */
type Projection = {
  readonly first: OrderChange;
  readonly row: ViewRow;
  readonly expected: HeldRow | undefined;
};

const maxRaces = 5;

/** Answers the changes whose orders could not be projected, with the reason. */
export async function projectOrders(
  view: ViewStore,
  changes: readonly OrderChange[],
): Promise<readonly { readonly change: OrderChange; readonly error: unknown }[]> {
  const lanes = Map.groupBy(newestByOrder(changes), ({ row }) => salesShard(row.id));
  // Orders of one shard go one after the other: side by side they would conflict on its counter.
  const failed = await Promise.all([...lanes.values()].map((lane) => projectLane(view, lane)));
  return failed.flat();
}

async function projectLane(view: ViewStore, lane: readonly Projection[]) {
  const failed: { change: OrderChange; error: unknown }[] = [];
  for (const projection of lane) {
    const [settled] = await Promise.allSettled([project(view, projection)]);
    if (settled.status === 'rejected')
      failed.push({ change: projection.first, error: settled.reason });
  }
  return failed;
}

async function project(view: ViewStore, { row, expected }: Projection): Promise<void> {
  let held = expected;
  for (let race = 0; race < maxRaces; race++) {
    const decision = decideView(held, row);
    if (decision.outcome === 'stale') return;
    const result = await view.replace({ held, row, sales: decision.sales });
    if (result.outcome === 'replaced') return;
    held = result.stored;
  }
  throw new TransientFault(`row of order ${row.id} changed ${maxRaces} times meanwhile`);
}

function newestByOrder(changes: readonly OrderChange[]): Projection[] {
  const byOrder = new Map<OrderId, Projection>();
  for (const change of changes) {
    const row = rowOf(change);
    if (!row) continue;
    const earlier = byOrder.get(row.id);
    if (!earlier) {
      byOrder.set(row.id, { first: change, row, expected: expectedRow(change, row) });
    } else if (row.version > earlier.row.version) byOrder.set(row.id, { ...earlier, row });
  }
  return [...byOrder.values()];
}

/** A write without a new version says nothing about the view: it may be made to fill it. */
function expectedRow({ before }: OrderChange, row: ViewRow): HeldRow | undefined {
  return before && before.version < row.version ? heldRow(before) : undefined;
}

function rowOf({ before, after }: OrderChange): ViewRow | undefined {
  if (!after) return before && tombstone(before);
  const order = JSON.stringify(orderRepresentation(after));
  return liveRow(after, { customer: customerKey(after.principal), order });
}
