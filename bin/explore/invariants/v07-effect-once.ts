/** V7: an event tells its customer once, and an operator's key moves stock once. */
import type { Change, QuietWorld, Row, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isExcused } from './left-over.ts';
import { keysAdjusting } from './operations.ts';
import { eventsOf, findOrder, nameOf, type OrderRow, ordersOf } from './order-row.ts';
import { type EmailTruth, emailsOf } from './provider-truth.ts';

const templates: Readonly<Record<string, string>> = {
  OrderConfirmed: 'order-confirmed',
  OrderRejected: 'order-rejected',
  OrderCancelled: 'order-cancelled',
};

export const effectOnce: Invariant = {
  id: 'V7',
  name: 'effect-once',
  sentence: 'Each event is told to its customer once, and each adjustment of stock is made once.',
  watch: () => {
    const adjusted = new Map<string, number>();
    return {
      always(happening, world) {
        if (happening.kind !== 'change' || happening.change.before) return [];
        const { table, after } = happening.change;
        if (table === 'Sandbox' && after?.kind === 'email')
          return emailProblems(after as EmailTruth, world);
        return adjustmentProblems(happening.change, adjusted, world);
      },
      atRest: (world) => ordersOf(world).flatMap((order) => untold(order, world)),
    };
  },
};

function emailProblems(email: EmailTruth, world: World): string[] {
  const { orderId, eventId, template, to } = email;
  const order = findOrder(world, orderId);
  const event = order && eventsOf(order).find(({ id }) => id === eventId);
  const alike = emailsOf(world, orderId).filter((other) => other.template === template);
  return [
    ...(event && templates[event.type] === template
      ? []
      : [`an e-mail ${template} was sent for ${eventId}, which is ${event?.type}`]),
    ...(!order || order.customer === to
      ? []
      : [`an e-mail about order ${orderId} of ${order.customer} went to ${to}`]),
    ...(alike.length === 1 ? [] : [`order ${orderId}: ${alike.length} e-mails ${template}`]),
  ];
}

function untold(order: OrderRow, world: QuietWorld): string[] {
  if (isExcused(world, order.id, 'mail')) return [];
  const told = new Set(emailsOf(world, order.id).map(({ eventId }) => eventId));
  return eventsOf(order)
    .filter(({ id, type }) => templates[type] !== undefined && !told.has(id))
    .map(({ type }) => `${nameOf(order)}: nobody told the customer of ${type}`);
}

/** As many alike as there are, so many keys must have asked for them. */
function adjustmentProblems(
  { table, after }: Change,
  adjusted: Map<string, number>,
  world: World,
): string[] {
  if (table !== 'Stock' || !String(after?.id).startsWith('adjustment#')) return [];
  const { sku, delta, reason } = after as Row;
  const name = `${sku} by ${delta} (${reason})`;
  const made = (adjusted.get(name) ?? 0) + 1;
  adjusted.set(name, made);
  const keys = keysAdjusting(world, { sku, delta, reason });
  if (made <= keys.size) return [];
  return [`${name} was adjusted ${made} times, expected once for each of ${keys.size} keys`];
}
