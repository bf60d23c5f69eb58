import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { move, type Reservation, release, reserve } from '../../../lambdas/domain/stock.ts';
import type { Sku } from '../../../lambdas/domain/values.ts';

const tea = 'TEA' as Sku;
const cup = 'CUP' as Sku;
const lines = [
  { sku: tea, quantity: 2 },
  { sku: cup, quantity: 1 },
];

describe('a reservation', () => {
  it('takes every line of the order', () => {
    expect(reserve(undefined, lines)).toEqual({
      outcome: 'changed',
      reservation: { status: 'HELD', lines },
      movements: [
        { sku: tea, change: -2 },
        { sku: cup, change: -1 },
      ],
    });
  });

  it('is the first answer again when it is asked for twice', () => {
    const held: Reservation = { status: 'HELD', lines };
    expect(reserve(held, lines)).toEqual({ outcome: 'unchanged', reservation: held });
  });

  it('is refused once it was released', () => {
    const released: Reservation = { status: 'RELEASED', lines };
    expect(reserve(released, lines)).toEqual({ outcome: 'refused', reason: 'RELEASED' });
  });

  it('gives back what was recorded', () => {
    expect(release({ status: 'HELD', lines })).toEqual({
      outcome: 'changed',
      reservation: { status: 'RELEASED', lines },
      movements: [
        { sku: tea, change: 2 },
        { sku: cup, change: 1 },
      ],
    });
  });

  it('leaves a tombstone when there is nothing to give back', () => {
    expect(release(undefined)).toEqual({
      outcome: 'changed',
      reservation: { status: 'RELEASED', lines: [] },
      movements: [],
    });
  });

  it('is given back once', () => {
    const released: Reservation = { status: 'RELEASED', lines };
    expect(release(released)).toEqual({ outcome: 'unchanged', reservation: released });
  });

  it.each([
    { why: 'no lines', wrong: [] },
    { why: 'one SKU twice', wrong: [...lines, { sku: tea, quantity: 1 }] },
    { why: 'a quantity of zero', wrong: [{ sku: tea, quantity: 0 }] },
    { why: 'a fraction', wrong: [{ sku: tea, quantity: 0.5 }] },
  ])('asserts that an order never has $why', ({ wrong }) => {
    expect(() => reserve(undefined, wrong)).toThrow();
  });
});

describe('stock', () => {
  it('gives its last item', () => {
    expect(move(1, -1)).toEqual({ outcome: 'moved', available: 0 });
  });

  it('refuses, saying how many are missing', () => {
    expect(move(1, -3)).toEqual({ outcome: 'refused', reason: 'OUT_OF_STOCK', missing: 2 });
  });

  it('asserts that it was never below nothing, and can be counted exactly', () => {
    expect(() => move(-1, 5)).toThrow('never negative');
    expect(() => move(Number.MAX_SAFE_INTEGER, 1)).toThrow('safe integer');
  });

  it('is conserved and never oversold, whatever is asked in whatever order', () => {
    const command = fc.record({
      order: fc.nat(3),
      what: fc.constantFrom('reserve', 'release'),
      quantity: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.nat(10), fc.array(command, { maxLength: 30 }), (start, commands) => {
        const state = { available: start, rows: new Map<number, Reservation>() };
        for (const one of commands) step(state, one);
        const held = [...state.rows.values()].filter(({ status }) => status === 'HELD');
        const inOrders = held.flatMap((row) => row.lines).reduce((sum, l) => sum + l.quantity, 0);
        expect(state.available + inOrders).toBe(start);
        expect(state.available).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

type State = { available: number; readonly rows: Map<number, Reservation> };
type Command = { order: number; what: string; quantity: number };

/** All of a decision or nothing of it, as one transaction does. */
function step(state: State, { order, what, quantity }: Command): void {
  const found = state.rows.get(order);
  const decision = what === 'reserve' ? reserve(found, [{ sku: tea, quantity }]) : release(found);
  if (decision.outcome !== 'changed') return;
  let { available } = state;
  for (const { change } of decision.movements) {
    const moved = move(available, change);
    if (moved.outcome === 'refused') return;
    available = moved.available;
  }
  state.available = available;
  state.rows.set(order, decision.reservation);
}
