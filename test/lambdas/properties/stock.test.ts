/** Reservations: two orders of several lines on the same stock, each step late, twice or lost. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { dynamoOrderStore } from '../../../lambdas/adapters/dynamo-order-store.ts';
import { dynamoStockStore, stockKey } from '../../../lambdas/adapters/dynamo-stock-store.ts';
import type { Order } from '../../../lambdas/domain/order.ts';
import type { Reservation } from '../../../lambdas/domain/stock.ts';
import type { Sku } from '../../../lambdas/domain/values.ts';
import { decideReservation } from '../../../lambdas/shell/decide-reservation.ts';
import { releaseStock } from '../../../lambdas/shell/release-stock.ts';
import { type ReserveStockPorts, reserveStock } from '../../../lambdas/shell/reserve-stock.ts';
import type { StockStore } from '../../../lambdas/shell/stock-store.ts';
import { type Invocation, Scene } from '../../support/actors.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';
import { contradictions, type StepAnswer, type Told } from '../../support/histories.ts';
import { anyRounds, isNoticed, playRound, withoutConditions } from './cast.ts';
import { pendingOrder, putOrder } from './stored-orders.ts';

type Sabotage = {
  readonly store?: (stock: StockStore) => StockStore;
  readonly client?: (client: DynamoDBClient) => DynamoDBClient;
  readonly release?: typeof releaseStock;
};
type Quantities = readonly (readonly [sku: string, quantity: number])[];

const orders: readonly Order[] = [
  orderOf('first', [
    ['tea', 2],
    ['cup', 1],
  ]),
  orderOf('second', [
    ['cup', 2],
    ['pot', 1],
    ['tea', 1],
  ]),
];

function orderOf(name: string, lines: Quantities): Order {
  const order = pendingOrder(name);
  const [line] = order.lines;
  if (!line) throw new Error('the sample order has lines');
  return {
    ...order,
    lines: lines.map(([sku, quantity]) => ({ ...line, sku: sku as Sku, quantity })),
  };
}

function createWarehouse(start: Readonly<Record<string, number>>, sabotage: Sabotage) {
  const { store = (stock) => stock, client = (own) => own, release = releaseStock } = sabotage;
  const clock = createFakeClock();
  const tables = createFakeTables({ orders: 'id', stock: 'id' });
  for (const order of orders) putOrder(tables, order);
  for (const [sku, available] of Object.entries(start))
    tables.put('stock', { id: stockKey(sku as Sku), available });

  const portsOf = ({ own, clock: ownClock }: Invocation): ReserveStockPorts => ({
    orders: dynamoOrderStore(own, 'orders'),
    stock: store(dynamoStockStore(client(own), 'stock')),
    clock: ownClock,
  });
  const reservation = ({ id }: Order) =>
    tables.get('stock', `order#${id}`) as { status: string; lines: Quantities } | undefined;
  const available = (sku: string) => Number(tables.get('stock', `sku#${sku}`)?.available ?? 0);
  const held = (sku: string) =>
    orders
      .map(reservation)
      .filter((found) => found?.status === 'HELD')
      .flatMap((found) => found?.lines ?? [])
      .reduce((sum, [name, quantity]) => sum + (name === sku ? quantity : 0), 0);
  const skus = ['tea', 'cup', 'pot'];

  return {
    clock,
    tables,
    act: (order: Order, invocation: Invocation): Promise<StepAnswer> =>
      reserveStock(portsOf(invocation), order.id),
    undo: (order: Order, invocation: Invocation): Promise<StepAnswer> =>
      release(portsOf(invocation), order.id),
    status: (order: Order) => reservation(order)?.status,
    /** What is there and what is held together, for each product. */
    account: () => Object.fromEntries(skus.map((sku) => [sku, available(sku) + held(sku)])),
    available: () => Object.fromEntries(skus.map((sku) => [sku, available(sku)])),
  };
}

/** A product may have no stock item at all. */
const anyStock = fc.record(
  { tea: fc.nat(4), cup: fc.nat(4), pot: fc.nat(2) },
  { requiredKeys: ['tea'] },
);

/** Which order a step belongs to is part of its name. */
const steps = ['act 0', 'act 1', 'undo 0', 'undo 1'] as const;
const partsOf = (step: (typeof steps)[number]) => {
  const order = orders[step.endsWith('0') ? 0 : 1];
  if (!order) throw new Error(`no order for ${step}`);
  return { order, kind: step.startsWith('act') ? ('act' as const) : ('undo' as const) };
};

const stockIsConserved = (sabotage: Sabotage = {}) =>
  fc.asyncProperty(
    fc.scheduler(),
    anyStock,
    anyRounds([0], ...steps),
    async (scheduler, start, rounds) => {
      const world = createWarehouse(start, sabotage);
      const total = world.account();
      const undone = new Set<Order>();
      const history = new Map<Order, Told[]>(orders.map((order) => [order, []]));
      const check = () => {
        expect(world.account()).toEqual(total);
        expect(Math.min(...Object.values(world.available()))).toBeGreaterThanOrEqual(0);
        for (const order of undone) expect(world.status(order)).toBe('RELEASED');
      };
      const scene = new Scene({ scheduler, ...world, check });
      for (const [round] of rounds) {
        const told = await playRound(scene, round, async (step, invocation) => {
          const { order, kind } = partsOf(step);
          const answer = await world[kind](order, invocation);
          if (kind === 'undo') undone.add(order);
          return answer;
        });
        for (const { step, ...played } of told) {
          const { order, kind } = partsOf(step);
          history.get(order)?.push({ step: kind, ...played });
        }
      }
      expect([...history.values()].flatMap(contradictions)).toEqual([]);
      for (const order of orders) {
        await scene.playAlone((invocation) => world.undo(order, invocation));
        undone.add(order);
        const late = await scene.playAlone((invocation) => world.act(order, invocation));
        expect(late).toEqual({ outcome: 'refused', reason: 'RELEASED' });
      }
      expect(world.available()).toEqual(total);
    },
  );

const orderIsHeldOnce = (sabotage: Sabotage = {}) =>
  fc.asyncProperty(fc.scheduler(), anyRounds([0], 'act 0'), async (scheduler, rounds) => {
    const world = createWarehouse({ tea: 4, cup: 4 }, sabotage);
    const scene = new Scene({ scheduler, ...world, check: () => {} });
    const { order } = partsOf('act 0');
    for (const [round] of rounds)
      await playRound(scene, round, (_, invocation) => world.act(order, invocation));
    const last = await scene.playAlone((invocation) => world.act(order, invocation));
    expect(last).toEqual({ outcome: 'done' });
    expect(world.available()).toEqual({ tea: 2, cup: 3, pot: 0 });
  });

/** Each takes one guard away from the steps. */
const releaseFromAnything: typeof releaseStock = async ({ stock }, orderId) => {
  const found = await stock.findReservation(orderId);
  await decideReservation(stock, orderId, found, (stored) => ({
    outcome: 'changed',
    reservation: { status: 'RELEASED', lines: stored?.lines ?? [] },
    movements: (stored?.lines ?? []).map(({ sku, quantity }) => ({ sku, change: quantity })),
  }));
  return { outcome: 'done' };
};
const releaseOfNothing: typeof releaseStock = async ({ stock }, orderId) =>
  (await stock.findReservation(orderId)) ? releaseStock({ stock }, orderId) : { outcome: 'done' };
/** Whatever is there instead is replaced as well. */
const withoutCondition = (stock: StockStore): StockStore => ({
  ...stock,
  async commitReservation(orderId, change) {
    const found: Reservation | undefined = await stock.findReservation(orderId);
    return stock.commitReservation(orderId, { ...change, found });
  },
});
const decrementAnyway = (client: DynamoDBClient): DynamoDBClient =>
  withoutConditions(client, (condition) => condition.startsWith('available'));
const withoutAllLines = (stock: StockStore): StockStore => ({
  ...stock,
  commitReservation: (orderId, { movements, ...change }) =>
    stock.commitReservation(orderId, { ...change, movements: movements.slice(0, 1) }),
});

describe('reservations', () => {
  it('are conserved and never oversold, undone once and remembered, whatever overtakes or dies', async () => {
    await fc.assert(stockIsConserved(), { numRuns: 250 });
  });

  it('are made once, however often and wherever they die', async () => {
    await fc.assert(orderIsHeldOnce(), { numRuns: 120 });
  });

  it.each([
    ['release from HELD only', () => isNoticed(stockIsConserved({ release: releaseFromAnything }))],
    ['the tombstone of nothing', () => isNoticed(stockIsConserved({ release: releaseOfNothing }))],
    ['the fence’s condition', () => isNoticed(orderIsHeldOnce({ store: withoutCondition }))],
    [
      'the condition of a decrement',
      () => isNoticed(stockIsConserved({ client: decrementAnyway })),
    ],
    [
      'every line in the transaction',
      () => isNoticed(stockIsConserved({ store: withoutAllLines })),
    ],
  ])('are seen to break without %s', async (_, noticed) => {
    expect(await noticed()).toBe(true);
  });
});
