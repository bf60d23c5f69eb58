/** `GET /sales`: what one UTC day sold. Confirmed orders count on the day they were placed. */
import * as z from 'zod/mini';
import { instant, type Money } from '../domain/values.ts';
import { sum } from './fields.ts';

/** A day that exists in the calendar, as `2026-02-28`. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  instant(Date.parse(text)).startsWith(text);

export const salesQuery = z.strictObject({
  day: z
    .string()
    .check(
      z.regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day as YYYY-MM-DD'),
      z.refine(isDay, 'is not a day of the calendar'),
    ),
});

export const salesAnswer = z.object({
  day: z.string(),
  orders: z.int().check(z.gte(0)),
  revenue: sum,
  otherRevenue: z.optional(z.array(sum)),
});

export type SalesAnswer = {
  readonly day: string;
  readonly orders: number;
  /** In the one currency of the day's orders; US dollars, of nothing, on a day without any. */
  readonly revenue: Money;
  /** Only when orders of a day were in several currencies, which cannot be added up: the others. */
  readonly otherRevenue?: readonly Money[];
};
