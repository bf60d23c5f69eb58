/** The ports to what is sold: the products, and how many of each are available. */
import type { Money, Sku } from '../domain/values.ts';

export type Product = { readonly sku: Sku; readonly title: string; readonly price: Money };

export interface Catalogue {
  /** Replaces the whole product: one that was withdrawn is on sale again. */
  put(product: Product): Promise<'created' | 'replaced'>;
  /** Undefined for a product that never was, and for one that is withdrawn. Strongly consistent. */
  find(sku: Sku): Promise<Product | undefined>;
  /** Up to `limit` products that are not withdrawn, in no particular, but always the same order. */
  page(request: {
    readonly limit: number;
    readonly after?: Sku | undefined;
  }): Promise<{ readonly products: readonly Product[]; readonly after?: Sku | undefined }>;
}

export interface StockLevels {
  /** What is available of each; a product that never had stock has 0. Strongly consistent. */
  available(skus: readonly Sku[]): Promise<ReadonlyMap<Sku, number>>;
}
