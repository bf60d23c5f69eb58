import { beforeEach, describe, expect, it } from 'vitest';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { followingExecution } from '../../../lambdas/shell/executions.ts';
import {
  parkedOrderId,
  type RecoveryPorts,
  recoverOrder,
} from '../../../lambdas/shell/recover-order.ts';
import { startSaga } from '../../../lambdas/shell/start-saga.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeExecutions } from '../../support/fakes/executions.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';
import { createFakeParkingLot } from '../../support/fakes/parking-lot.ts';
import {
  confirmedOrder,
  placedOrder,
  rejectedOrder,
  sampleInstant,
} from '../../support/sample-orders.ts';

const order = placedOrder();
const id = order.id;
const second = 1_000;

function createWorld() {
  const clock = createFakeClock();
  const orders = createFakeOrderStore(order);
  const parking = createFakeParkingLot();
  const executions = createFakeExecutions();
  const reminded: number[] = [];
  const reminders = { remind: async (_: string, seconds: number) => void reminded.push(seconds) };
  const ports: RecoveryPorts = { orders, parking, executions, reminders, clock };
  return { clock, orders, parking, executions, reminded, ports };
}

let world: ReturnType<typeof createWorld>;
beforeEach(() => {
  world = createWorld();
});

/** Breaks the newest execution and recovers, `times` times, each after the longest wait. */
async function breakAndRecover(times: number) {
  for (let count = 0; count < times; count++) {
    world.executions.breakLast(world.clock());
    world.clock.advance(900 * second);
    await recoverOrder(world.ports, id);
  }
}

describe('recovery of an order', () => {
  it('refuses to look after an order that does not exist', async () => {
    const ports = { ...world.ports, orders: createFakeOrderStore() };
    world.executions.end(id, { status: 'SUCCEEDED' });
    await expect(recoverOrder(ports, id)).rejects.toThrow(PermanentFault);
  });

  it('parks the order after five recoveries, shows it on the order, and starts nothing more', async () => {
    await startSaga(world.ports, id);
    await breakAndRecover(5);
    world.executions.breakLast(world.clock());
    expect(await recoverOrder(world.ports, id)).toBe('parked');
    expect(world.executions.names).toHaveLength(6);
    expect(world.orders.get(id).parked).toEqual(['recovery']);
    expect(world.parking.entries.get(`order:${id}`)).toMatchObject({
      reason: 'not finished by 5 recoveries',
      payload: JSON.stringify({ orderId: id }),
    });
    world.clock.advance(86_400 * second);
    expect(await recoverOrder(world.ports, id)).toBe('parked');
    expect(world.executions.names).toHaveLength(6);
  });

  it('finishes parking when the first try stopped half-way', async () => {
    // The order is marked, then the parking lot does not answer.
    await startSaga(world.ports, id);
    await breakAndRecover(5);
    world.executions.breakLast(world.clock());
    const { parking } = world;
    const down = async () => Promise.reject(new TransientFault('throttled'));
    const ports = {
      ...world.ports,
      parking: { ...parking, isParked: parking.isParked, park: down },
    };
    await expect(recoverOrder(ports, id)).rejects.toThrow('throttled');
    expect(await recoverOrder(world.ports, id)).toBe('parked');
    expect(world.orders.get(id)).toMatchObject({ version: 2, parked: ['recovery'] });
    expect(parking.entries.size).toBe(1);
  });

  it('leaves an order alone that an operator holds', async () => {
    const held = { id: parkedOrderId(id), reason: 'held', at: sampleInstant, payload: '' };
    await world.parking.park(held);
    expect(await recoverOrder(world.ports, id)).toBe('parked');
    expect(world.executions.names).toEqual([]);
    expect(world.reminded).toEqual([]);
  });

  it('has nothing to do for a confirmed order', async () => {
    world.orders.put(confirmedOrder());
    expect(await recoverOrder(world.ports, id)).toBe('confirmed');
    expect(world.executions.names).toEqual([]);
  });

  it('runs again for a rejected order whose execution broke: it is not fully undone', async () => {
    await startSaga(world.ports, id);
    world.orders.put(rejectedOrder());
    world.executions.breakLast(world.clock());
    expect(await recoverOrder(world.ports, id)).toBe('started');
    expect(world.executions.names).toEqual([id, followingExecution(id, id)]);
  });

  it('has nothing to do for a rejected order whose execution succeeded', async () => {
    await startSaga(world.ports, id);
    world.orders.put(rejectedOrder());
    world.executions.end(id, { status: 'SUCCEEDED' });
    expect(await recoverOrder(world.ports, id)).toBe('succeeded');
    expect(world.reminded).toEqual([]);
  });

  it('looks again later while an execution is running', async () => {
    await startSaga(world.ports, id);
    expect(await recoverOrder(world.ports, id)).toBe('running');
    expect(world.reminded).toEqual([900]);
  });

  it('starts an execution that never was, and looks again in case its end is not told', async () => {
    expect(await recoverOrder(world.ports, id)).toBe('started');
    expect(world.executions.names).toEqual([id]);
    expect(world.reminded).toEqual([900]);
  });

  it('waits out the growing pause before the next recovery', async () => {
    await startSaga(world.ports, id);
    await breakAndRecover(1);
    world.executions.breakLast(world.clock());
    world.clock.advance(10 * second);
    world.reminded.length = 0;
    expect(await recoverOrder(world.ports, id)).toBe('waiting');
    expect(world.reminded).toEqual([20]);
    world.clock.advance(20 * second);
    expect(await recoverOrder(world.ports, id)).toBe('started');
    expect(world.executions.names).toHaveLength(3);
  });

  it('starts one recovery, however many messages ask for it', async () => {
    await startSaga(world.ports, id);
    world.executions.breakLast(world.clock());
    await Promise.all([1, 2, 3].map(() => recoverOrder(world.ports, id)));
    expect(world.executions.names).toHaveLength(2);
  });

  it('relies on its reminder when an execution turns out to have closed already', async () => {
    // Reads of executions lag behind: the closed one is not seen.
    await startSaga(world.ports, id);
    world.executions.breakLast(world.clock());
    world.executions.hideOnce(id);
    expect(await recoverOrder(world.ports, id)).toBe('waiting');
    expect(world.reminded).toEqual([900]);
  });

  it('names executions within what Step Functions allows', () => {
    expect(followingExecution(id, id)).toMatch(/^[\w-]{43}-r[0-9a-f]{16}$/);
    expect(followingExecution(id, id)).not.toBe(followingExecution(id, followingExecution(id, id)));
  });
});

describe('the start of a saga', () => {
  it('leaves an unknown outcome to the next delivery, which starts nothing twice', async () => {
    // The execution starts, its answer is lost.
    const { executions } = world;
    const start = async (name: string, orderId: typeof id) => {
      await executions.start(name, orderId);
      throw new TransientFault('timed out');
    };
    const ports = { ...world.ports, executions: { ...executions, start } };
    await expect(startSaga(ports, id)).rejects.toThrow(TransientFault);
    expect(await startSaga(world.ports, id)).toBe('started');
    expect(executions.names).toEqual([id]);
  });

  it('reads nothing and reminds nobody when it is the first', async () => {
    world.orders.failNext(new Error('not to be read'));
    expect(await startSaga(world.ports, id)).toBe('started');
    expect(world.reminded).toEqual([]);
  });

  it('recovers an order that a closed execution left undecided', async () => {
    await startSaga(world.ports, id);
    world.executions.breakLast(world.clock());
    expect(await startSaga(world.ports, id)).toBe('started');
    expect(world.executions.names).toEqual([id, followingExecution(id, id)]);
  });

  it('leaves a finished order alone when its placing is told again', async () => {
    await startSaga(world.ports, id);
    world.executions.end(id, { status: 'SUCCEEDED' });
    world.orders.put(confirmedOrder());
    expect(await startSaga(world.ports, id)).toBe('confirmed');
    expect(world.executions.names).toEqual([id]);
  });
});
