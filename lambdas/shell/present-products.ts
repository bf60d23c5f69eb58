/** Products with their stock, as the API shows them, one or a page at a time. */
import { writeCursor } from '../contract/cursor.ts';
import type { ProductListRepresentation, ProductRepresentation } from '../contract/product-api.ts';
import type { Sku } from '../domain/values.ts';
import type { Catalogue, Product, StockLevels } from './catalogue.ts';

export type ProductPorts = { readonly catalogue: Catalogue; readonly stock: StockLevels };

export async function presentProduct(
  { catalogue, stock }: ProductPorts,
  sku: Sku,
): Promise<ProductRepresentation | undefined> {
  const [product, available] = await Promise.all([catalogue.find(sku), stock.available([sku])]);
  return product && representation(product, available);
}

export type ProductListRequest = {
  readonly limit: number;
  readonly after?: Sku | undefined;
};

export async function listProducts(
  { catalogue, stock }: ProductPorts,
  request: ProductListRequest,
): Promise<ProductListRepresentation> {
  const { products, after } = await catalogue.page(request);
  const available = await stock.available(products.map(({ sku }) => sku));
  return {
    products: products.map((product) => representation(product, available)),
    _links: {
      self: linkTo(request),
      ...(after && { next: linkTo({ limit: request.limit, after }) }),
    },
  };
}

function linkTo({ limit, after }: ProductListRequest): { href: string } {
  const cursor = after === undefined ? '' : `&cursor=${writeCursor([after])}`;
  return { href: `/products?limit=${limit}${cursor}` };
}

export async function putProduct(
  { catalogue, stock }: ProductPorts,
  product: Product,
): Promise<{ readonly isNew: boolean; readonly product: ProductRepresentation }> {
  const outcome = await catalogue.put(product);
  const available = await stock.available([product.sku]);
  return { isNew: outcome === 'created', product: representation(product, available) };
}

const representation = (
  { sku, title, price }: Product,
  available: ReadonlyMap<Sku, number>,
): ProductRepresentation => ({
  sku,
  title,
  price: { amount: price.amount, currency: price.currency },
  stock: { available: available.get(sku) ?? 0 },
});
