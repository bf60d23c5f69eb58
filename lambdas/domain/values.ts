/** Identifiers and money as every module knows them. Parsing happens at the edges, once. */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** SHA-256 of (principal, route, idempotency key), base64url, 43 characters. */
export type OrderId = Branded<string, 'OrderId'>;
/** A product's key: 1 to 64 of `A–Z a–z 0–9 . _ -`. */
export type Sku = Branded<string, 'Sku'>;
/** ISO 4217 code, upper case. */
export type Currency = Branded<string, 'Currency'>;
/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export type Instant = Branded<string, 'Instant'>;

/** Who calls: the token's issuer and subject. The subject is the customer. */
export type Principal = { readonly issuer: string; readonly subject: string };

/** Integer minor units of one currency. */
export type Money = { readonly amount: number; readonly currency: Currency };

export const isOrderId = (text: string): text is OrderId => /^[\w-]{43}$/.test(text);
export const isSku = (text: string): text is Sku => /^[A-Za-z0-9._-]{1,64}$/.test(text);
export const isCurrency = (text: string): text is Currency => /^[A-Z]{3}$/.test(text);

export const instant = (epochMs: number): Instant => new Date(epochMs).toISOString() as Instant;
export const epochMs = (at: Instant): number => Date.parse(at);
