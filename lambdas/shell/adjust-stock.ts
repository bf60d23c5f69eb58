/**
 * Changes what is available of a product, once per adjustment id, however often it is asked to. A
 * refusal leaves no trace: the same request may succeed once the product or the stock is there.
 */
import { TransientFault } from '../contract/faults.ts';
import { move } from '../domain/stock.ts';
import type { Sku } from '../domain/values.ts';
import type { Catalogue, StockLevels } from './catalogue.ts';

export type StockAdjustment = {
  /** Derived from the request's idempotency key; what a repeat is recognised by, for ever. */
  readonly id: string;
  /** Of everything the request said: two requests with one id must agree in it. */
  readonly fingerprint: string;
  readonly sku: Sku;
  readonly delta: number;
  readonly reason: string;
};

/** An adjustment that was made: `available` is what there was right after it. */
export type AdjustmentRecord = { readonly fingerprint: string; readonly available: number };

export interface AdjustmentStore {
  /** Strongly consistent. */
  find(id: string): Promise<AdjustmentRecord | undefined>;
  /**
   * Records the adjustment and sets the stock `from` → `to` in one write, on condition that no
   * adjustment with this id is recorded (`exists`) and that the stock is still `from` (`moved`).
   */
  commit(
    adjustment: StockAdjustment,
    stock: { readonly from: number; readonly to: number },
  ): Promise<
    | { readonly outcome: 'committed' }
    | { readonly outcome: 'exists'; readonly stored: AdjustmentRecord }
    | { readonly outcome: 'moved' }
  >;
}

export type AdjustStockPorts = {
  readonly catalogue: Catalogue;
  readonly stock: StockLevels;
  readonly adjustments: AdjustmentStore;
};

export type AdjustStockOutcome =
  | { readonly outcome: 'adjusted'; readonly available: number; readonly isRepeat: boolean }
  | { readonly outcome: 'refused'; readonly reason: 'UNKNOWN_PRODUCT' | 'KEY_REUSED' }
  | { readonly outcome: 'refused'; readonly reason: 'OUT_OF_STOCK'; readonly missing: number };

/** Orders take from the same stock meanwhile; more lost races than this are the caller's to retry. */
const maxRaces = 8;

export async function adjustStock(
  { catalogue, stock, adjustments }: AdjustStockPorts,
  adjustment: StockAdjustment,
): Promise<AdjustStockOutcome> {
  const { id, sku, delta } = adjustment;
  const made = await adjustments.find(id);
  if (made) return answerOf(made, adjustment, { isRepeat: true });
  if (!(await catalogue.find(sku))) return { outcome: 'refused', reason: 'UNKNOWN_PRODUCT' };
  for (let race = 0; race < maxRaces; race++) {
    const from = (await stock.available([sku])).get(sku) ?? 0;
    const moved = move(from, delta);
    if (moved.outcome === 'refused') return moved;
    const commit = await adjustments.commit(adjustment, { from, to: moved.available });
    if (commit.outcome === 'committed')
      return { outcome: 'adjusted', available: moved.available, isRepeat: false };
    // Found only by the write: this request's own write whose answer was lost, or a twin's.
    if (commit.outcome === 'exists')
      return answerOf(commit.stored, adjustment, { isRepeat: false });
  }
  throw new TransientFault(`stock of ${sku} changed ${maxRaces} times meanwhile`);
}

function answerOf(
  made: AdjustmentRecord,
  { fingerprint }: StockAdjustment,
  { isRepeat }: { isRepeat: boolean },
): AdjustStockOutcome {
  if (made.fingerprint !== fingerprint) return { outcome: 'refused', reason: 'KEY_REUSED' };
  return { outcome: 'adjusted', available: made.available, isRepeat };
}
