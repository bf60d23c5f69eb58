/** V1: a key makes one order at most, for ever. */
import type { Change, Operation, Row, World } from '../world.ts';
import { contentOf, wishedContent } from './contents.ts';
import type { Invariant } from './invariant.ts';
import { isPlacing, keyOf } from './operations.ts';
import { isOrder } from './order-row.ts';

export const oneOrder: Invariant = {
  id: 'V1',
  name: 'one-order',
  sentence: 'A customer has at most one order per key, and an order is never placed a second time.',
  watch: () => {
    const idOf = new Map<string, string>();
    const keyOfId = new Map<string, string>();
    return {
      always(happening, world) {
        if (happening.kind === 'change') return placingProblems(happening.change, world);
        if (happening.kind !== 'answer') return [];
        const { operation } = happening;
        const { client, status, json } = operation;
        if (!isPlacing(operation) || status !== 202) return [];
        const { id } = json as { id: string };
        const key = `${keyOf(operation)} of ${client}`;
        return [
          ...firstOr(idOf, key, id, (other) => `key ${key}: expected order ${other}, got ${id}`),
          ...firstOr(keyOfId, id, key, (other) => `order ${id}: of key ${other}, and of ${key}`),
        ];
      },
    };
  },
};

function firstOr(
  known: Map<string, string>,
  name: string,
  value: string,
  problem: (first: string) => string,
): string[] {
  const first = known.get(name) ?? value;
  known.set(name, first);
  return first === value ? [] : [problem(first)];
}

function placingProblems({ table, before, after, by }: Change, world: World): string[] {
  if (table !== 'Orders') return [];
  if (by === 'operator') return [];
  if (!after) return [`order ${before?.id} was deleted, expected to stay for ever`];
  if (before) {
    const isSame = before.writeId === after.writeId && before.fingerprint === after.fingerprint;
    return isSame ? [] : [`order ${after.id} was placed again, by ${after.writeId}`];
  }
  return countProblems(after, world);
}

/** Orders do not tell their keys: as many as there are with equal contents, so many keys there must be. */
function countProblems(placed: Row, world: World): string[] {
  const own = world.rows('Orders').filter(({ customer }) => customer === placed.customer);
  const requests = world.operations.filter(
    (operation) => operation.client === placed.customer && isPlacing(operation),
  );
  const problems = more('order and refusal', own, requests);
  if (!isOrder(placed)) return problems;
  const content = contentOf(placed);
  return [
    ...problems,
    ...more(
      `order of ${content}`,
      own.filter((row) => isOrder(row) && contentOf(row) === content),
      requests.filter((operation) => wishedContent(operation) === content),
    ),
  ];
}

function more(what: string, rows: readonly Row[], requests: readonly Operation[]): string[] {
  const keys = new Set(requests.map(keyOf).filter((key) => key !== undefined));
  if (rows.length <= keys.size) return [];
  const { customer } = rows[0] as Row;
  return [`${customer}: expected one ${what} for each of ${keys.size} keys, found ${rows.length}`];
}
