/** A few products, entered as an operator would: through the API. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../local/engine.ts';

export const products = [
  { sku: 'coffee', title: 'Coffee, 1 kg', price: { amount: 2190, currency: 'USD' }, stock: 1000 },
  { sku: 'kettle', title: 'Kettle', price: { amount: 4950, currency: 'USD' }, stock: 250 },
  { sku: 'mug', title: 'Mug', price: { amount: 1250, currency: 'USD' }, stock: 500 },
  {
    sku: 'grinder',
    title: 'Grinder, the last one',
    price: { amount: 18900, currency: 'USD' },
    stock: 1,
  },
] as const;

/** Repeating it changes nothing: the adjustments carry fixed idempotency keys. */
export async function seedProducts(engine: Engine): Promise<void> {
  const token = await engine.token('seed', 'operator');
  await Promise.all(products.map((product) => seedProduct(engine, token, product)));
}

/** Idempotency keys are valid for a day; beyond it a note in the data folder says that it is done. */
export const isSeeded = (dataDir: string): boolean => existsSync(seededNote(dataDir));

export function noteSeeded(dataDir: string): void {
  writeFileSync(
    seededNote(dataDir),
    'The first products are entered. Without this file they are again.\n',
  );
}

const seededNote = (dataDir: string): string => join(dataDir, 'seeded');

async function seedProduct(
  engine: Engine,
  token: string,
  { sku, title, price, stock }: (typeof products)[number],
): Promise<void> {
  const path = `/products/${sku}`;
  await expectSuccess(engine, { method: 'PUT', path, token, body: { title, price } });
  await expectSuccess(engine, {
    method: 'POST',
    path: `${path}/stock-adjustments`,
    token,
    headers: { 'idempotency-key': `seed-${sku}` },
    body: { delta: stock, reason: 'first delivery' },
  });
}

async function expectSuccess(
  engine: Engine,
  request: Parameters<Engine['request']>[0],
): Promise<void> {
  const { status, text } = await engine.request(request);
  if (status >= 300)
    throw new Error(`${request.method} ${request.path} answered ${status}: ${text}`);
}
