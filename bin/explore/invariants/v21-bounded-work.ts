/** V21: no work without end. The bounds follow from the template, and their derivation stands here. */
import type { Delivery, QuietWorld, Sent, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { ordersOf } from './order-row.ts';
import { multipliedPages } from './rescue-pages.ts';

/** Recoveries of an order, each after an execution that broke. */
export const recoveries = 5;
/** Tries of a task by its retriers: of a step 1 + 5 + 6 + 2, of a decision or compensation 1 + 10 + 15 + 8. */
export const triesOf = { step: 14, patient: 34 } as const;
/** Operators may redrive what failed: as often again. */
const redriven = 2;
/** Deliveries of a message before it is a dead letter; each may come twice, as SQS's may. */
const receives = 5 * 2;
/**
 * Every delivery to a consumer of the saga reminds once, in three tries; a running execution is
 * looked at every 15 min, and the longest one lasts 8 h: 32 looks in each of six, repeated once.
 */
const reminders = 3 * 32 * (1 + recoveries) * 2;

const patient = [
  ...(['reject-order', 'park-compensation'] as const),
  ...(['cancel-shipment', 'void-payment', 'release-stock'] as const),
];

export const boundedWork: Invariant = {
  id: 'V21',
  name: 'bounded-work',
  sentence:
    'Tries, deliveries, reminders and executions of an order stay below their declared product.',
  watch: () => {
    const counts = new Map<string, number>();
    const countUp = (name: string, most: number): string[] => {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      // Told once: work without end would fill the report.
      return count === most + 1 ? [`${name}: expected at most ${most} times`] : [];
    };
    return {
      always(happening, world) {
        if (happening.kind === 'sent') return reminded(happening.sent, countUp);
        if (happening.kind !== 'delivery') return [];
        const { delivery } = happening;
        if (delivery.outcome === 'throttled') return [];
        return delivery.source.startsWith('sqs:')
          ? messagesOf(delivery).flatMap((name) => countUp(name, receives + world.faults.length))
          : tried(delivery, countUp, world);
      },
      atRest: (world) => [...executionProblems(world), ...multipliedPages(world)],
    };
  },
};

type CountUp = (name: string, most: number) => string[];

function tried({ entry, source, event }: Delivery, countUp: CountUp, world: World): string[] {
  if (!source.startsWith('states.')) return [];
  const { orderId } = event as { orderId?: unknown };
  const tries = patient.some((name) => name === entry) ? triesOf.patient : triesOf.step;
  const most = tries * (1 + recoveries) * redriven + world.faults.length;
  return countUp(`${entry} for order ${orderId}`, most);
}

const messagesOf = ({ entry, event }: Delivery): readonly string[] =>
  (event as { Records: readonly { messageId: string }[] }).Records.map(
    ({ messageId }) => `delivery of ${messageId} to ${entry}`,
  );

function reminded({ queue, body }: Sent, countUp: CountUp): string[] {
  const [, orderId] = /^\{"orderId":"([^"]*)"\}$/.exec(body) ?? [];
  return orderId === undefined
    ? []
    : countUp(`reminder of order ${orderId} to ${queue}`, reminders);
}

/** One execution by the order's own name, whatever was delivered how often; the others are recoveries. */
function executionProblems(world: QuietWorld): string[] {
  return ordersOf(world).flatMap(({ id }) => {
    const names = world.executions.map(({ name }) => name).filter((name) => name.startsWith(id));
    const recovering = names.filter((name) => name.startsWith(`${id}-r`)).length;
    const first = names.length - recovering;
    return [
      ...(first <= 1 ? [] : [`order ${id}: ${first} first executions, expected one`]),
      ...(recovering <= recoveries
        ? []
        : [`order ${id}: ${recovering} recoveries, expected at most ${recoveries}`]),
    ];
  });
}
