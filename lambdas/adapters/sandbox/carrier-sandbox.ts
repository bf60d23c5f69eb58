/**
 * A carrier without idempotency keys: asked twice it books twice, and what it has booked is found by
 * reference only. Postal code 00000 is out of its reach.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../shell/ports.ts';
import type { Attributes } from '../dynamo.ts';
import type { ProviderResponse, ProviderTransport } from '../provider-transport.ts';
import { answering, json, type SandboxKey, type SandboxTable } from './sandbox-table.ts';

const unserviceable = '00000';

type Sandbox = { readonly table: SandboxTable; readonly clock: Clock };

const failed = (status: number, code: string): ProviderResponse =>
  json(status, { errors: [{ code }] });
const tooMany = failed(429, 'SLOW_DOWN');

export function createCarrierSandbox(sandbox: Sandbox): ProviderTransport {
  return {
    post: (path, body) => answering(() => answerPost(sandbox, path, body), tooMany),
    get: (path, query) => answering(() => answerGet(sandbox, path, query), tooMany),
  };
}

async function answerPost(sandbox: Sandbox, path: string, body: string): Promise<ProviderResponse> {
  if (path === '/consignments') return book(sandbox, JSON.parse(body));
  const [, number] = /^\/consignments\/(CN-[\w-]+)\/cancellation$/.exec(path) ?? [];
  return number ? cancel(sandbox, number) : failed(404, 'NO_SUCH_PAGE');
}

type Request = {
  readonly reference?: unknown;
  readonly consignee?: { readonly zip?: unknown };
  readonly weight?: { readonly value?: unknown; readonly unit?: unknown };
  readonly declared_value?: { readonly value?: unknown };
};

async function book({ table, clock }: Sandbox, request: Request): Promise<ProviderResponse> {
  const { reference, consignee, weight, declared_value: value } = request;
  if (typeof reference !== 'string' || !/^[\w-]+$/.test(reference))
    return failed(400, 'REFERENCE_INVALID');
  if (typeof weight?.value !== 'string' || weight.unit !== 'oz')
    return failed(400, 'WEIGHT_INVALID');
  if (typeof value?.value !== 'string') return failed(400, 'VALUE_INVALID');
  if (consignee?.zip === unserviceable) return failed(422, 'ADDR_UNSERVICEABLE');
  const number = `CN-${reference}-${randomBytes(6).toString('hex')}`;
  const row = {
    ...keyOf(number),
    kind: 'shipment',
    orderId: reference,
    status: 'BOOKED',
    number,
    trackingNumber: `TRK${randomBytes(6).toString('hex').toUpperCase()}`,
    weight: weight.value,
    bookedAt: clock(),
  };
  await table.insert(row);
  return json(201, { consignment: presented(row) });
}

async function cancel({ table }: Sandbox, number: string): Promise<ProviderResponse> {
  const { outcome, row } = await table.change(keyOf(number), {
    update: 'SET #status = :cancelled',
    condition: '#status = :booked',
    names: ['status'],
    values: { cancelled: 'CANCELLED', booked: 'BOOKED' },
  });
  if (!row) return failed(404, 'NO_SUCH_CONSIGNMENT');
  if (outcome === 'changed') return json(200, { consignment: presented(row) });
  return failed(409, 'ALREADY_CXL');
}

async function answerGet(
  { table }: Sandbox,
  path: string,
  { reference }: Readonly<Record<string, string>>,
): Promise<ProviderResponse> {
  if (path !== '/consignments' || !reference) return failed(404, 'NO_SUCH_PAGE');
  const rows = await table.list(partition(reference));
  return json(200, { consignments: rows.map(presented) });
}

const basePriceCents = 650;

const presented = (row: Attributes) => ({
  number: row.number,
  reference: row.orderId,
  state: row.status === 'BOOKED' ? 'BKD' : 'CXL',
  tracking_no: row.trackingNumber,
  weight: { value: row.weight, unit: 'oz' },
  price: (basePriceCents / 100).toFixed(2),
  booked_on: monthFirst(String(row.bookedAt)),
});

function monthFirst(at: string): string {
  const [year, month, day] = at.slice(0, 10).split('-');
  return `${month}/${day}/${year}`;
}

const partition = (reference: string): string => `shipment#${reference}`;
const keyOf = (number: string): SandboxKey => ({
  pk: partition(number.slice('CN-'.length, number.lastIndexOf('-'))),
  sk: number,
});
