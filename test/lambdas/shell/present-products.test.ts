import { describe, expect, it } from 'vitest';
import { dynamoCatalogue, dynamoStockLevels } from '../../../lambdas/adapters/dynamo-catalogue.ts';
import { readCursor } from '../../../lambdas/contract/cursor.ts';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import { productPosition } from '../../../lambdas/contract/product-api.ts';
import type { Currency, Sku } from '../../../lambdas/domain/values.ts';
import {
  listProducts,
  presentProduct,
  putProduct,
} from '../../../lambdas/shell/present-products.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';

const product = (sku: string) => ({
  sku: sku as Sku,
  title: `The ${sku}`,
  price: { amount: 100, currency: 'USD' as Currency },
});

function shop() {
  const tables = createFakeTables({ Catalogue: 'sku', Stock: 'id' });
  const ports = {
    catalogue: dynamoCatalogue(tables.client, 'Catalogue'),
    stock: dynamoStockLevels(tables.client, 'Stock'),
  };
  return { tables, ports };
}

describe('products', () => {
  it('are new once, replaced afterwards', async () => {
    const { ports } = shop();
    expect((await putProduct(ports, product('TEA'))).isNew).toBe(true);
    expect((await putProduct(ports, product('TEA'))).isNew).toBe(false);
  });

  it('show the stock they have, and 0 where they never had any', async () => {
    const { tables, ports } = shop();
    tables.put('Stock', { id: 'sku#TEA', available: 7 });
    await putProduct(ports, product('TEA'));
    await putProduct(ports, product('CUP'));
    expect(await presentProduct(ports, 'TEA' as Sku)).toEqual({
      ...product('TEA'),
      stock: { available: 7 },
    });
    expect(await presentProduct(ports, 'CUP' as Sku)).toMatchObject({ stock: { available: 0 } });
  });

  it('keep their stock when they are replaced', async () => {
    const { tables, ports } = shop();
    tables.put('Stock', { id: 'sku#TEA', available: 7 });
    expect((await putProduct(ports, product('TEA'))).product.stock.available).toBe(7);
  });

  it('are not shown while withdrawn, and are back once they are put again', async () => {
    const { tables, ports } = shop();
    const item = { sku: 'TEA', title: 'Tea', amount: 1, currency: 'USD', withdrawn: true };
    tables.put('Catalogue', item);
    expect(await presentProduct(ports, 'TEA' as Sku)).toBeUndefined();
    expect((await listProducts(ports, { limit: 10 })).products).toEqual([]);
    expect((await putProduct(ports, product('TEA'))).isNew).toBe(false);
    expect(await presentProduct(ports, 'TEA' as Sku)).toMatchObject({ title: 'The TEA' });
  });

  it('are listed in pages that together show each once', async () => {
    const { tables, ports } = shop();
    const skus = ['A', 'B', 'C', 'D', 'E'];
    for (const sku of skus) tables.put('Stock', { id: `sku#${sku}`, available: 7 });
    for (const sku of skus) await putProduct(ports, product(sku));
    const seen: string[] = [];
    let href: string | undefined = '/products?limit=2';
    while (href !== undefined) {
      const cursor = new URL(href, 'http://api').searchParams.get('cursor');
      const after = cursor === null ? undefined : readCursor(cursor, productPosition)[0];
      const page = await listProducts(ports, { limit: 2, after: after as Sku | undefined });
      expect(page._links.self).toEqual({ href });
      expect(page.products.filter(({ stock }) => stock.available !== 7)).toEqual([]);
      seen.push(...page.products.map(({ sku }) => sku));
      href = page._links.next?.href;
    }
    expect(seen).toEqual(skus);
  });

  it('take a damaged item for a broken contract', async () => {
    const { tables, ports } = shop();
    tables.put('Catalogue', { sku: 'TEA', title: 'Tea', amount: 'free', currency: 'USD' });
    await expect(presentProduct(ports, 'TEA' as Sku)).rejects.toThrow(PermanentFault);
  });
});
