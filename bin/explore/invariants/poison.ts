/** What no consumer can make sense of, and who has let it pass: a message that is no JSON, a record without images. */
import type { Delivery, World } from '../world.ts';
import { handledBy } from './messages.ts';

interface Passed {
  readonly entry: string;
  /** Of the message, or of the stream's event. */
  readonly id: string;
}

interface StreamRecord {
  readonly eventID: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly NewImage?: object;
    readonly OldImage?: object;
  };
}

export const passedPoison = (world: World): readonly Passed[] =>
  world.happenings.flatMap((happening) => {
    if (happening.kind !== 'delivery') return [];
    const { delivery } = happening;
    return [...messagesPassed(delivery), ...recordsPassed(delivery)];
  });

const messagesPassed = (delivery: Delivery): readonly Passed[] =>
  handledBy(delivery)
    .filter(({ body }) => !isJson(body))
    .map(({ entry, messageId: id }) => ({ entry, id }));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A reader hands back everything from one record on. */
function recordsPassed({ entry, source, event, outcome, answer }: Delivery): readonly Passed[] {
  if (outcome !== 'ok' || !source.startsWith('stream:')) return [];
  const { Records } = event as { Records: readonly StreamRecord[] };
  const { batchItemFailures = [] } = (answer ?? {}) as {
    batchItemFailures?: readonly { itemIdentifier: string }[];
  };
  const first = batchItemFailures[0]?.itemIdentifier;
  const end = Records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === first);
  return Records.slice(0, end < 0 ? undefined : end)
    .filter(({ dynamodb }) => !dynamodb.NewImage && !dynamodb.OldImage)
    .map(({ eventID: id }) => ({ entry, id }));
}
