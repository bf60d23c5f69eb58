/**
 * What a read would have answered before the last writes: rows that a call changed a moment ago are as
 * they were before it. Knows what the watcher of writes has told it.
 */
import type { Call } from '../gateway/gateway.ts';

type Item = Record<string, Record<string, unknown>>;

export interface Past {
  /** The item that was there before the last write to it; undefined when there was none. */
  before(table: string, item: Item): { readonly item: Item | undefined } | undefined;
}

export function staleAnswer(past: Past, { input }: Call, answer: object): object {
  const table = String(input.TableName);
  const old = (item: Item): Item[] => {
    const before = past.before(table, item);
    if (!before) return [item];
    return before.item ? [before.item] : [];
  };
  const { Item, Items } = answer as { Item?: Item; Items?: Item[] };
  if (Items) {
    const items = Items.flatMap(old);
    return { ...answer, Items: items, Count: items.length };
  }
  if (!Item) return answer;
  const { Item: _, ...rest } = answer as { Item: Item };
  const [item] = old(Item);
  return item ? { ...rest, Item: item } : rest;
}
