/** Which tables and items a request is about, items by their whole key; not what happens to them. */
import type { TableModel } from '../template/model.ts';

type Input = Record<string, unknown>;
/** An item, or its key, as DynamoDB's JSON has it: `{ "id": { "S": "…" } }`. */
export type RawItem = Record<string, Record<string, unknown>>;
export type ItemKey = { readonly table: string; readonly key: RawItem };
/** Undefined for a table that is not there: the request will fail anyway. */
export type FindTable = (name: string) => TableModel | undefined;

/** Put carries the item, every other request for one item its key. */
type Part = { readonly TableName: string; readonly Item?: RawItem; readonly Key?: RawItem };
type BatchEntry = {
  readonly PutRequest?: { readonly Item: RawItem };
  readonly DeleteRequest?: { readonly Key: RawItem };
};

const singleWrites = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** In the order of the request; those of a transaction one for one with its parts. */
export function itemsOf(action: string, input: Input, find: FindTable): ItemKey[] {
  return partsOf(action, input).map((part) => ({
    table: part.TableName,
    key: part.Key ?? keyOf(part.Item ?? {}, find(part.TableName)),
  }));
}

/** The table of each item or part of a request, in order; a table may come several times. */
export function tablesOf(action: string, input: Input): string[] {
  if (action.startsWith('Batch')) return Object.keys((input.RequestItems ?? {}) as object);
  if (action.startsWith('Transact'))
    return partsOf(action, input).map(({ TableName }) => TableName);
  return [String(input.TableName)];
}

function partsOf(action: string, input: Input): Part[] {
  if (singleWrites.has(action)) return [input as Part];
  if (action === 'BatchWriteItem') return batchParts(input.RequestItems);
  return ((input.TransactItems ?? []) as Record<string, Part>[]).flatMap((part) =>
    Object.values(part),
  );
}

const batchParts = (requests: unknown): Part[] =>
  Object.entries((requests ?? {}) as Record<string, BatchEntry[]>).flatMap(([TableName, entries]) =>
    entries.map(({ PutRequest, DeleteRequest }) => ({
      TableName,
      ...PutRequest,
      ...DeleteRequest,
    })),
  );

/** Nothing for a table that is not there. */
export const keyOf = (item: RawItem, table: TableModel | undefined): RawItem =>
  Object.fromEntries(
    [table?.partitionKey, table?.sortKey].flatMap((name) => {
      const value = name === undefined ? undefined : item[name];
      return name !== undefined && value ? [[name, value]] : [];
    }),
  );

/** Equal for the same item however its key is spelled. */
export const nameOfItem = ({ table, key }: ItemKey): string =>
  `${table} ${JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
