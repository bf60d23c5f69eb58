/** What an order is, and what a request asks for, in the same words: lines, payment method, address. */
import type { Operation } from '../world.ts';
import { bodyOf } from './operations.ts';
import type { OrderRow } from './order-row.ts';

const places = ['name', 'line1', 'city', 'postalCode', 'country'] as const;

/** What an order was asked to be. */
export const contentOf = ({ lines, paymentMethod, shipping }: OrderRow): string =>
  JSON.stringify([
    lines.map(([sku, , quantity]) => [sku, quantity]),
    paymentMethod,
    places.map((place) => shipping[place]),
  ]);

interface Wish {
  readonly lines?: readonly { readonly sku: string; readonly quantity: number }[];
  readonly payment?: { readonly method: string };
  readonly shipping?: Readonly<Record<string, string>>;
}

/** What a request asks for, in the same words. */
export function wishedContent(operation: Operation): string {
  const { lines = [], payment, shipping } = (bodyOf(operation) ?? {}) as Wish;
  return JSON.stringify([
    lines.map(({ sku, quantity }) => [sku, quantity]),
    payment?.method,
    places.map((place) => shipping?.[place]),
  ]);
}
