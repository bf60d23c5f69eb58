/** V9: a ledger of units: what becomes available or held comes from somewhere, in the same write. */
import { isDeepStrictEqual } from 'node:util';
import type { Change, Row, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { findOrder } from './order-row.ts';

type Lines = readonly (readonly [sku: string, quantity: number])[];

export const stockConserved: Invariant = {
  id: 'V9',
  name: 'stock-conserved',
  sentence:
    'Units are available, held for the order that asked for them, or adjusted by an operator; never below zero.',
  watch: () => {
    const ledger = new Map<string, number>();
    let step = -1;
    /** A transaction is judged once all its rows are known. */
    const settle = (): string[] => {
      const problems = [...ledger]
        .filter(([, units]) => units !== 0)
        .map(
          ([sku, units]) =>
            `${sku}: ${Math.abs(units)} units ${units < 0 ? 'vanished' : 'out of nothing'}`,
        );
      ledger.clear();
      return problems;
    };
    return {
      always(happening, world) {
        const settled = happening.step === step ? [] : settle();
        step = happening.step;
        if (happening.kind !== 'change' || happening.change.table !== 'Stock') return settled;
        // What the engine itself writes is where a run starts.
        if (happening.change.by === 'engine') return settled;
        book(happening.change, ledger);
        return [...settled, ...rowProblems(happening.change, world)];
      },
      atRest: settle,
    };
  },
};

function book({ before, after }: Change, ledger: Map<string, number>): void {
  const add = (sku: string, units: number) => ledger.set(sku, (ledger.get(sku) ?? 0) + units);
  const [kind, name = ''] = String((after ?? before)?.id).split('#');
  if (kind === 'sku') add(name, Number(after?.available ?? 0) - Number(before?.available ?? 0));
  if (kind === 'adjustment' && after && !before) add(String(after.sku), -Number(after.delta));
  for (const [sku, quantity] of heldLines(before)) add(sku, -quantity);
  for (const [sku, quantity] of heldLines(after)) add(sku, quantity);
}

const heldLines = (row: Row | undefined): Lines =>
  row?.status === 'HELD' ? (row.lines as Lines) : [];

function rowProblems({ after, before }: Change, world: World): string[] {
  if (!after) return [`${before?.id} was deleted from the stock`];
  if (Number(after.available ?? 0) < 0) return [`${after.id}: ${after.available} available`];
  if (after.status !== 'HELD') return [];
  const id = String(after.id).slice('order#'.length);
  const wanted = findOrder(world, id)?.lines.map(([sku, , quantity]) => [sku, quantity]);
  if (isDeepStrictEqual(after.lines, wanted)) return [];
  return [`order ${id}: holds ${JSON.stringify(after.lines)}, expected ${JSON.stringify(wanted)}`];
}
