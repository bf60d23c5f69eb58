/** What the payment steps need: the fence's row, and the provider in our words. */
import type { Authorization, AuthorizationId, Payment, PaymentRequest } from '../domain/payment.ts';
import type { Money, OrderId } from '../domain/values.ts';

export interface PaymentStore {
  /** Strongly consistent. */
  find(orderId: OrderId): Promise<Payment | undefined>;
  /**
   * Stores `next` on condition that the stored row is still `expected` (undefined: there is none),
   * and returns the row as it now stands: `next`, or the one that won the race. Rows are for ever.
   */
  save(expected: Payment | undefined, next: Payment): Promise<Payment>;
}

/** Every call is bounded in time and made once; an unknown outcome is a `TransientFault`. */
export interface PaymentGateway {
  /** Holds the money. The same key gives the first answer, whatever happened to it since. */
  authorize(request: PaymentRequest, key: string): Promise<AuthorizeAnswer>;
  /** All authorisations of an order whose creation was answered, even by an error. */
  findByOrder(orderId: OrderId): Promise<readonly Authorization[]>;
  /** Takes the money once; a repeat, and one found taken, is `captured` again. */
  capture(id: AuthorizationId, request: { amount: Money; key: string }): Promise<CaptureAnswer>;
  /** Lets go of the money; one found let go is `cancelled` again. */
  cancel(id: AuthorizationId): Promise<{ outcome: 'cancelled' } | { outcome: 'captured' }>;
}

export type AuthorizeAnswer =
  | { readonly outcome: 'authorized'; readonly id: AuthorizationId }
  | { readonly outcome: 'declined'; readonly code: string }
  /** The key only ever gives an error from now on; what it made is found by reference. */
  | { readonly outcome: 'key unusable'; readonly code: string };

export type CaptureAnswer =
  | { readonly outcome: 'captured' }
  /** Never again: the authorisation has expired or was cancelled. */
  | { readonly outcome: 'refused'; readonly code: string };
