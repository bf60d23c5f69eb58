/** Orders in memory under the real store's condition; a test can make someone else win, or fail calls. */
import type { Order } from '../../../lambdas/domain/order.ts';
import type { OrderId } from '../../../lambdas/domain/values.ts';
import type { OrderStore } from '../../../lambdas/shell/ports.ts';

export type FakeOrderStore = OrderStore & {
  /** What is stored now; a missing order is an error. */
  get(id: OrderId): Order;
  put(order: Order): void;
  /** Someone else's write just before the next commit. */
  beforeNextCommit(write: (stored: Order) => Order): void;
  /** The next commit happens, its answer is lost: `error` is thrown instead. */
  loseNextAnswer(error: Error): void;
  /** The next call of either method throws without effect. */
  failNext(error: Error): void;
};

export function createFakeOrderStore(...initial: readonly Order[]): FakeOrderStore {
  const stored = new Map<OrderId, Order>(initial.map((order) => [order.id, order]));
  let interfere: ((order: Order) => Order) | undefined;
  let lostAnswer: Error | undefined;
  let failure: Error | undefined;

  const get = (id: OrderId): Order => {
    const order = stored.get(id);
    if (!order) throw new Error(`the fake store has no order ${id}`);
    return order;
  };
  const throwOnce = () => {
    const error = failure;
    failure = undefined;
    if (error) throw error;
  };

  return {
    get,
    put: (order) => void stored.set(order.id, order),
    beforeNextCommit(write) {
      interfere = write;
    },
    loseNextAnswer(error) {
      lostAnswer = error;
    },
    failNext(error) {
      failure = error;
    },
    async find(id) {
      throwOnce();
      return stored.get(id);
    },
    async commit(order, next) {
      throwOnce();
      if (interfere) stored.set(order.id, interfere(get(order.id)));
      interfere = undefined;
      const current = get(order.id);
      if (current.version !== order.version) return { outcome: 'lost', stored: current };
      stored.set(order.id, next);
      const error = lostAnswer;
      lostAnswer = undefined;
      if (error) throw error;
      return { outcome: 'committed' };
    },
  };
}
