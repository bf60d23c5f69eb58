/** The routes of products and their stock: what is asked, what is answered. */
import * as z from 'zod/mini';
import { isSku, type Money, type Sku } from '../domain/values.ts';
import { cursorText } from './cursor.ts';
import { plainText, price, queryInteger, sku } from './fields.ts';
import { limits } from './limits.ts';

/** Longest title, and longest reason of an adjustment, in characters. */
const longestText = 200;
/** Units by which one adjustment changes a stock, up or down. */
const largestDelta = 1_000_000;

/** `PUT /products/{sku}`; the SKU stands in the path. */
export const putProductRequest = z.strictObject({ title: plainText(longestText), price });
export type PutProductRequest = { readonly title: string; readonly price: Money };

/** The scope of an adjustment's idempotency key, and the name of the route. */
export const adjustStockRoute = 'POST /products/{sku}/stock-adjustments';

/** Body of an adjustment: goods received are a plus, breakage is a minus. */
export const stockAdjustmentRequest = z.strictObject({
  delta: z.int().check(
    z.gte(-largestDelta),
    z.lte(largestDelta),
    z.refine((delta) => delta !== 0, 'must not be zero'),
  ),
  reason: plainText(longestText),
});
export type StockAdjustmentRequest = { readonly delta: number; readonly reason: string };

const stock = z.object({ available: z.int().check(z.gte(0)) });

/** Answer of `GET` and `PUT /products/{sku}`. */
export const productAnswer = z.object({ sku, title: z.string(), price, stock });

/** Answer of `POST /products/{sku}/stock-adjustments`: the stock right after this adjustment. */
export const stockAdjustmentAnswer = z.object({ stock });

/** Query of `GET /products`. The cursor comes from `_links.next` and means nothing to a client. */
export const listProductsQuery = z.strictObject({
  limit: z.optional(queryInteger(1, limits.pageSize)),
  cursor: z.optional(cursorText),
});

/** Position in the list of products: the SKU that was looked at last. */
export const productPosition = z.tuple([sku]);

const link = z.object({ href: z.string() });
export const listProductsAnswer = z.object({
  products: z.array(productAnswer),
  _links: z.object({ self: link, next: z.optional(link) }),
});

export type ProductRepresentation = {
  readonly sku: Sku;
  readonly title: string;
  readonly price: Money;
  readonly stock: { readonly available: number };
};
export type ProductListRepresentation = {
  readonly products: readonly ProductRepresentation[];
  readonly _links: { readonly self: Link; readonly next?: Link };
};
type Link = { readonly href: string };

export const productPath = (product: Sku): string => `/products/${product}`;

/** The product that a path names; undefined for what cannot be a SKU. */
export const skuOf = (path: { readonly sku?: string | undefined }): Sku | undefined =>
  path.sku !== undefined && isSku(path.sku) ? path.sku : undefined;
