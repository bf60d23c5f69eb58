/** V15: a step that was cancelled stays so: nothing of it becomes visible any more. */
import type { Change, Delivery, World } from '../world.ts';
import { effectOf, type Step } from './effects.ts';
import type { Invariant } from './invariant.ts';

const compensated: Readonly<Record<string, Step>> = {
  'release-stock': 'ReserveStock',
  'void-payment': 'AuthorizePayment',
  'cancel-shipment': 'BookShipment',
};

export const fence: Invariant = {
  id: 'V15',
  name: 'fence',
  sentence: 'After a step was cancelled, no effect of it becomes visible.',
  watch: () => {
    /** Compensations that have answered, whether or not they left a tombstone. */
    const answered = new Set<string>();
    return {
      always(happening, world) {
        if (happening.kind === 'delivery') noteCompensation(happening.delivery, answered);
        if (happening.kind !== 'change') return [];
        const { change } = happening;
        return [...tombstoneProblems(change), ...effectProblems(change, answered, world)];
      },
    };
  },
};

function noteCompensation({ entry, outcome, event }: Delivery, answered: Set<string>): void {
  const step = compensated[entry];
  if (!step || outcome !== 'ok') return;
  answered.add(`${step} ${(event as { orderId?: unknown }).orderId}`);
}

/** By table: after `from`, only these. */
const tombstones = [
  { table: 'Stock', from: 'RELEASED', to: ['RELEASED'] },
  { table: 'Payments', from: 'VOIDED', to: ['VOIDED'] },
  { table: 'Payments', from: 'DECLINED', to: ['DECLINED'] },
  { table: 'Shipments', from: 'CANCELLING', to: ['CANCELLING', 'CANCELLED'] },
  { table: 'Shipments', from: 'CANCELLED', to: ['CANCELLED'] },
];

function tombstoneProblems({ table, key, before, after }: Change): string[] {
  return tombstones
    .filter((tombstone) => tombstone.table === table && tombstone.from === before?.status)
    .filter(({ to }) => !to.includes(String(after?.status)))
    .map(({ from }) => `${table} ${key} was ${from}, and became ${after?.status ?? 'nothing'}`);
}

function effectProblems(change: Change, answered: ReadonlySet<string>, world: World): string[] {
  const effect = effectOf(change);
  if (effect?.kind !== 'done') return [];
  const { step, orderId } = effect;
  if (answered.has(`${step} ${orderId}`))
    return [`order ${orderId}: ${step} took effect after its compensation had answered`];
  const row = fenceOf(step, orderId, world);
  const isClosed = tombstones.some(({ table, from }) => row.table === table && row.status === from);
  if (!isClosed) return [];
  return [`order ${orderId}: ${step} took effect although its fence is ${row.status}`];
}

/** The reservation is fence and effect in one. */
function fenceOf(step: Step, orderId: string, world: World) {
  if (step === 'ReserveStock') return { table: 'Stock', status: undefined };
  const table = step === 'AuthorizePayment' ? 'Payments' : 'Shipments';
  return { table, status: world.row(table, orderId)?.status };
}
