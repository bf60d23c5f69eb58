/** V29: what a customer has entrusted stays where it belongs: in the order, and with the providers. */
import type { Happening, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { bodyOf, isPlacing } from './operations.ts';

export const hygiene: Invariant = {
  id: 'V29',
  name: 'hygiene',
  sentence:
    'No name, address or payment method appears in a log, a problem, a message, a machine or what is parked.',
  watch: () => ({
    always(happening, world) {
      const place = exposed(happening);
      if (!place) return [];
      return canariesOf(world)
        .filter((canary) => place.text.includes(canary))
        .map((canary) => `“${canary}” stands in ${place.where}`);
    },
  }),
};

interface Place {
  readonly where: string;
  readonly text: string;
}

function exposed(happening: Happening): Place | undefined {
  switch (happening.kind) {
    case 'log':
      return { where: `the log of ${happening.log.entry}`, text: happening.log.line };
    case 'sent':
      return { where: `a message to ${happening.sent.queue}`, text: happening.sent.body };
    case 'answer': {
      const { client, status = 0, text = '' } = happening.operation;
      return status >= 400 ? { where: `the problem that ${client} is told`, text } : undefined;
    }
    case 'delivery': {
      const { entry, source, event, answer, message } = happening.delivery;
      if (!source.startsWith('states.')) return undefined;
      const text = JSON.stringify([event, answer, message]);
      return { where: `the machine’s input, answer or error of ${entry}`, text };
    }
    case 'change':
      return parkedPlace(happening.change.after, happening.change.table);
    default:
      return undefined;
  }
}

/** A record of the stream that nobody can read is kept whole, beside the orders and as well guarded. */
function parkedPlace(row: Readonly<Record<string, unknown>> | undefined, table: string) {
  const id = String(row?.id);
  if (table !== 'Parked' || !row || id.startsWith('stream:')) return undefined;
  return { where: `what is parked as ${id}`, text: JSON.stringify(row) };
}

interface Wish {
  readonly payment?: { readonly method?: unknown };
  readonly shipping?: { readonly name?: unknown; readonly line1?: unknown };
}

/** Names, streets and payment methods that customers have sent. */
function canariesOf(world: World): readonly string[] {
  const sent = world.operations.filter(isPlacing).flatMap((operation) => {
    const { payment, shipping } = (bodyOf(operation) ?? {}) as Wish;
    return [shipping?.name, shipping?.line1, payment?.method];
  });
  return [...new Set(sent)].filter(
    (text) => typeof text === 'string' && text.length > 3,
  ) as string[];
}
