/** What placing an order needs from outside. */
import type { Problem } from '../contract/problems.ts';
import type { Order } from '../domain/order.ts';
import type { Money, OrderId, Principal, Sku } from '../domain/values.ts';

export type Offer = { readonly title: string; readonly price: Money };

export interface OfferBook {
  /** What is sold now, read consistently; unknown and withdrawn products are missing from the map. */
  findOffers(skus: readonly Sku[]): Promise<ReadonlyMap<Sku, Offer>>;
}

/** The first answer to a request, which then is its answer for ever. */
export type FirstAnswer =
  | { readonly kind: 'order'; readonly order: Order }
  | {
      readonly kind: 'refusal';
      readonly id: OrderId;
      readonly principal: Principal;
      readonly problem: Problem;
    };

export type RecordedAnswer = {
  readonly answer: FirstAnswer;
  /** What was asked. */
  readonly fingerprint: string;
  /** Which attempt wrote it. */
  readonly writeId: string;
};

export interface OrderIntake {
  /**
   * Stores the answer unless there is one for its id; then that one comes back. One conditional
   * write: the check, the order and its event are the same item.
   */
  record(
    answer: RecordedAnswer,
  ): Promise<{ outcome: 'recorded' } | { outcome: 'found'; stored: RecordedAnswer }>;
}
