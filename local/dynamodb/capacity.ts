/** What a request consumed, from DynamoDB's own account of it; estimated where an error carries none. */

import type { Meter } from '../gateway/meter.ts';
import { AwsError } from '../gateway/service.ts';
import type { Output } from './client.ts';
import { tablesOf } from './request-items.ts';

type Input = Record<string, unknown>;
type Capacity = { readonly TableName: string; readonly CapacityUnits: number };

/** How an answer says what it consumed: as asked for, though `INDEXES` was asked on the way. */
export function settleCapacity(meter: Meter, isWrite: boolean, input: Input, output: Output): void {
  const { ConsumedCapacity: consumed } = output;
  if (consumed === undefined) return;
  const entries = (Array.isArray(consumed) ? consumed : [consumed]) as Capacity[];
  for (const { TableName, CapacityUnits } of entries)
    meter.capacity(TableName, isWrite ? 0 : CapacityUnits, isWrite ? CapacityUnits : 0);
  const asked = input.ReturnConsumedCapacity;
  if (asked === 'INDEXES') return;
  if (asked !== 'TOTAL') delete output.ConsumedCapacity;
  else
    output.ConsumedCapacity = Array.isArray(consumed)
      ? entries.map(total)
      : total(consumed as Capacity);
}

const total = ({ TableName, CapacityUnits }: Capacity): Capacity => ({ TableName, CapacityUnits });

/**
 * A write that its condition refuses is billed like one that happens: by the size of the stored
 * item, here known only where the answer carries it, and at least one unit; twice in a transaction.
 */
export function meterRefusal(meter: Meter, input: Input, error: unknown): void {
  if (!(error instanceof AwsError)) return;
  if (error.code === 'ConditionalCheckFailedException')
    meter.capacity(String(input.TableName), 0, writeUnits(error.members.Item));
  if (error.code !== 'TransactionCanceledException') return;
  const reasons = (error.members.CancellationReasons ?? []) as { Item?: unknown }[];
  for (const [at, table] of tablesOf('TransactWriteItems', input).entries())
    meter.capacity(table, 0, 2 * writeUnits(reasons[at]?.Item));
}

/** A transaction repeated with its token is answered by reading its items: 2 units each, up to 4 KB. */
export function meterRepeat(meter: Meter, input: Input): void {
  for (const table of tablesOf('TransactWriteItems', input)) meter.capacity(table, 2, 0);
}

const writeUnits = (item: unknown): number =>
  Math.max(1, Math.ceil((JSON.stringify(item ?? '').length - typeTagBytes(item)) / 1024));

/** JSON of an attribute map is longer than the item; per attribute about `{"S":""},""` more. */
const typeTagBytes = (item: unknown): number => (item ? 11 * Object.keys(item).length : 0);
