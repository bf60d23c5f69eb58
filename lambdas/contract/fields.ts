/** Fields that several requests and answers share; each schema both validates and documents. */
import * as z from 'zod/mini';
import { isCurrency, isOrderId, isSku, type Sku } from '../domain/values.ts';
import { limits } from './limits.ts';

/** No control characters (NUL and line breaks among them) and no half of a surrogate pair. */
const isPlain = (text: string): boolean => !/\p{Cc}/u.test(text) && text.isWellFormed();

/** One line of human text: trimmed, not empty, at most `longest` UTF-16 code units. */
export const plainText = (longest: number) =>
  z
    .string()
    .check(
      z.trim(),
      z.minLength(1, 'must not be empty'),
      z.maxLength(longest),
      z.refine(isPlain, 'must not contain control characters'),
    );

export const sku = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes, underscores'),
    z.refine(isSku),
  ) as z.ZodMiniType<string> as z.ZodMiniType<Sku>;

export const orderId = z.string().check(z.regex(/^[\w-]{43}$/), z.refine(isOrderId));

export const currency = z
  .string()
  .check(z.regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, as USD'), z.refine(isCurrency));

/** A price: more than nothing, in integer minor units. */
export const price = z.strictObject({
  amount: z.int().check(z.gte(1), z.lte(limits.priceMinor)),
  currency,
});

/** A sum, in integer minor units. */
export const sum = z.strictObject({ amount: z.int().check(z.gte(0)), currency });

/** A number in a query: decimal digits between two bounds. */
export const queryInteger = (least: number, most: number) =>
  z.string().check(
    z.regex(/^\d{1,9}$/, 'must be a whole number'),
    z.refine(
      (text) => Number(text) >= least && Number(text) <= most,
      `must be between ${least} and ${most}`,
    ),
  );
