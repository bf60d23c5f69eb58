/** Messages as they travel: what event one carries, and which ones a consumer has dealt with. */
import type { Delivery, Row, World } from '../world.ts';

export interface TravellingEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Row;
}

/** The CloudEvent in a body; undefined for reminders, notices and garbage. */
export function eventIn(body: string): TravellingEvent | undefined {
  if (!body.includes('"specversion"')) return undefined;
  try {
    return JSON.parse(body) as TravellingEvent;
  } catch {
    return undefined;
  }
}

/** What a message stays when it is sent again: its event, or else its words. */
export function identityOf(body: string): string {
  const event = eventIn(body);
  return event ? `${event.source}|${event.id}` : body;
}

export interface Handled {
  readonly entry: string;
  readonly messageId: string;
  readonly body: string;
}

interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

/** The messages of a batch that its consumer did not give back. */
export function handledBy({ entry, source, event, outcome, answer }: Delivery): Handled[] {
  if (outcome !== 'ok' || !source.startsWith('sqs:')) return [];
  const { Records } = event as { Records: readonly QueueRecord[] };
  const failures = (answer as { batchItemFailures?: { itemIdentifier: string }[] } | null)
    ?.batchItemFailures;
  const failed = new Set(failures?.map(({ itemIdentifier }) => itemIdentifier));
  return Records.filter(({ messageId }) => !failed.has(messageId)).map(({ messageId, body }) => ({
    entry,
    messageId,
    body,
  }));
}

export const handledMessages = (world: World): readonly Handled[] =>
  world.happenings.flatMap((happening) =>
    happening.kind === 'delivery' ? handledBy(happening.delivery) : [],
  );
