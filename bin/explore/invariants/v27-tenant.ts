/** V27: nobody is told anything about another customer's order. */
import type { Operation, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { type OrderRow, ordersOf } from './order-row.ts';

export const tenant: Invariant = {
  id: 'V27',
  name: 'tenant',
  sentence: 'No answer, link or list contains the id or the name of another customer’s order.',
  watch: () => ({
    always(happening, world) {
      return happening.kind === 'answer' ? leaks(happening.operation, world) : [];
    },
  }),
};

function leaks(operation: Operation, world: World): string[] {
  const { client, text = '', headers = {} } = operation;
  const told = `${text}\n${Object.values(headers).join('\n')}`;
  const orders = ordersOf(world);
  const own = orders.filter(({ customer }) => customer === client);
  return orders
    .filter(({ customer }) => customer !== client)
    .flatMap((order) => secretsOf(order, own, operation))
    .filter((secret) => told.includes(secret))
    .map((secret) => `${client} is told ${secret}, which is another customer’s`);
}

/** Whoever asks for an id has it already: to be refused with it tells nothing. */
function secretsOf(
  { id, shipping }: OrderRow,
  own: readonly OrderRow[],
  { request, status = 0 }: Operation,
): readonly string[] {
  const isEcho = status >= 400 && request.path.includes(id);
  const isShared = own.some((order) => order.shipping.name === shipping.name);
  return [...(isEcho ? [] : [id]), ...(isShared ? [] : [shipping.name])].filter(
    (secret) => secret !== undefined,
  );
}
