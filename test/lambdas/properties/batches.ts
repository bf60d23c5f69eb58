/** Any way to cut a sequence into batches. */
import * as fc from 'fast-check';

/** Sizes of the batches, one after the other; what is then left is one more. */
export const anyCut = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 8 });

export function batchesOf<T>(items: readonly T[], cut: readonly number[]): T[][] {
  const [size = items.length, ...rest] = cut;
  if (items.length === 0) return [];
  return [items.slice(0, size), ...batchesOf(items.slice(size), rest)];
}
