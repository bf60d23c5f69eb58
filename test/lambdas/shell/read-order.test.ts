import { describe, expect, it } from 'vitest';
import {
  type OrderRepresentation,
  orderRepresentation,
} from '../../../lambdas/contract/order-representation.ts';
import { cancel, confirm } from '../../../lambdas/domain/order.ts';
import { epochMs, type Principal } from '../../../lambdas/domain/values.ts';
import { type ReadOrder, readOrder } from '../../../lambdas/shell/read-order.ts';
import { alice, later, mallory, orderId, placedOrder } from '../../support/customer-orders.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';

const placed = placedOrder();
const confirmed = confirm(placed, { trackingNumber: 'T1', at: later }).order;
const cancelled = cancel(placed, { ifVersion: 1, at: later }).order;
const one = orderRepresentation(placed);
const two = orderRepresentation(confirmed);

type Setup = {
  stored?: typeof placed;
  row?: OrderRepresentation | undefined;
  /** Rows that appear when so many ms have been slept. */
  rows?: Readonly<Record<number, OrderRepresentation>>;
  mayWait?: boolean;
};

function createPorts({ stored = placed, row, rows = {}, mayWait = true }: Setup = {}) {
  const clock = createFakeClock();
  const startMs = epochMs(clock());
  const counted = { waits: 0, sleeps: 0 };
  return {
    counted,
    sleptMs: () => epochMs(clock()) - startMs,
    orders: createFakeOrderStore(stored),
    view: {
      async find(_id: string, principal: Principal) {
        const passed = Object.entries(rows).filter(
          ([ms]) => Number(ms) <= epochMs(clock()) - startMs,
        );
        const current = passed.at(-1)?.[1] ?? row;
        return current && principal.subject !== 'alice' ? 'of another customer' : current;
      },
    },
    budget: {
      async take() {
        counted.waits++;
        return mayWait;
      },
    },
    clock,
    async sleep(ms: number) {
      counted.sleeps++;
      clock.advance(ms);
    },
  } as const;
}
const asked = (change: Partial<ReadOrder> = {}): ReadOrder => ({
  id: orderId,
  principal: alice,
  known: undefined,
  waitMs: 0,
  ...change,
});

describe('reading an order', () => {
  it('shows what the view has', async () => {
    const result = await readOrder(createPorts({ row: two }), asked());
    expect(result).toEqual({
      outcome: 'found',
      order: two,
      version: two.version,
      isWaitGranted: false,
    });
  });

  it('shows version 1 until the view has a row, even when the order is further', async () => {
    const result = await readOrder(createPorts({ stored: confirmed }), asked());
    expect(result).toMatchObject({ outcome: 'found', order: one });
  });

  it.each([
    ['with its row', { row: one }],
    ['before its row', {}],
  ])('does not know the order of another customer, %s', async (_when, setup) => {
    const result = await readOrder(createPorts(setup), asked({ principal: mallory, known: 'any' }));
    expect(result).toEqual({ outcome: 'not found' });
  });

  it.each(['', 'x', `${orderId}x`, '../../etc', '__proto__'])('finds nothing as %j', async (id) => {
    expect(await readOrder(createPorts({ row: one }), asked({ id }))).toEqual({
      outcome: 'not found',
    });
  });

  it('finds nothing where nothing was placed', async () => {
    const id = 'n'.repeat(43);
    expect(await readOrder(createPorts(), asked({ id }))).toEqual({ outcome: 'not found' });
  });

  it.each([
    [1, 'found'],
    [2, 'not modified'],
    ['any', 'not modified'],
    [undefined, 'found'],
  ] as const)('of version 2, knowing %s, is %s', async (known, outcome) => {
    const ports = createPorts({ row: two, stored: confirmed });
    expect(await readOrder(ports, asked({ known }))).toMatchObject({ outcome });
  });

  it.each([2, undefined])('asks the view alone when it can tell: knowing %s', async (known) => {
    const ports = createPorts({ row: two, stored: confirmed });
    ports.orders.failNext(new Error('not to be asked'));
    expect(await readOrder(ports, asked({ known }))).toMatchObject({ order: two });
  });

  it('shows what the view has, even where the order is gone', async () => {
    const ports = { ...createPorts({ row: one }), orders: createFakeOrderStore() };
    expect(await readOrder(ports, asked({ known: 2 }))).toMatchObject({ outcome: 'found' });
  });

  it('does not know the order of a customer whom another issuer names the same', async () => {
    const principal = { ...alice, issuer: 'https://other.example' };
    expect(await readOrder(createPorts(), asked({ principal }))).toEqual({ outcome: 'not found' });
  });

  it('never takes back a version that a cancellation has answered', async () => {
    const ports = createPorts({ row: one, stored: cancelled });
    const kept = { outcome: 'not modified', version: 2 };
    expect(await readOrder(ports, asked({ known: 2 }))).toMatchObject(kept);
  });

  it('names the version it shows to whoever knows just any', async () => {
    const shown = { outcome: 'not modified', version: 2 };
    expect(await readOrder(createPorts({ row: two }), asked({ known: 'any' }))).toMatchObject(
      shown,
    );
  });

  it('does not believe in a version that never was', async () => {
    const ports = createPorts({ row: one });
    expect(await readOrder(ports, asked({ known: 99 }))).toMatchObject({ outcome: 'found' });
  });
});

describe('waiting for a newer version', () => {
  it('ends as soon as there is one', async () => {
    const ports = createPorts({ row: one, rows: { 400: two } });
    const result = await readOrder(ports, asked({ waitMs: 5_000 }));
    expect(result).toEqual({
      outcome: 'found',
      order: two,
      version: two.version,
      isWaitGranted: true,
    });
    expect(ports.sleptMs()).toBeGreaterThanOrEqual(400);
    expect(ports.sleptMs()).toBeLessThan(550);
  });

  it('starts before the view has a row', async () => {
    const ports = createPorts({ rows: { 100: one, 300: two } });
    expect(await readOrder(ports, asked({ waitMs: 5_000 }))).toMatchObject({ order: two });
  });

  it('ends after the asked time with what there is', async () => {
    const ports = createPorts({ row: one });
    const result = await readOrder(ports, asked({ known: 1, waitMs: 1_000 }));
    expect(result).toEqual({
      outcome: 'not modified',
      order: one,
      version: one.version,
      isWaitGranted: true,
    });
    expect(ports.sleptMs()).toBe(1_000);
  });

  it('takes no time and no leave when a newer version is there', async () => {
    const ports = createPorts({ row: two });
    const result = await readOrder(ports, asked({ known: 1, waitMs: 5_000 }));
    expect(result).toEqual({
      outcome: 'found',
      order: two,
      version: two.version,
      isWaitGranted: true,
    });
    expect(ports.counted).toEqual({ waits: 0, sleeps: 0 });
  });

  it('goes beyond the version the customer knows, not beyond what the view had', async () => {
    const ports = createPorts({ row: one, rows: { 200: two }, stored: confirmed });
    const result = await readOrder(ports, asked({ known: 2, waitMs: 600 }));
    expect(result).toMatchObject({ outcome: 'not modified', order: two });
    expect(ports.sleptMs()).toBe(600);
  });

  it('answers at once when too many wait already', async () => {
    const ports = createPorts({ row: one, mayWait: false });
    const result = await readOrder(ports, asked({ waitMs: 5_000 }));
    expect(result).toEqual({
      outcome: 'found',
      order: one,
      version: one.version,
      isWaitGranted: false,
    });
    expect(ports.counted.sleeps).toBe(0);
  });

  it('needs no leave when nobody asked for it', async () => {
    const ports = createPorts({ row: one });
    await readOrder(ports, asked());
    expect(ports.counted.waits).toBe(0);
  });
});
