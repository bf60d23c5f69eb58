/** The rules all batch actions share: what fails the whole request, and what only one entry. */
import { AwsError } from '../gateway/service.ts';
import { isStructure, type Structure, wrongShape } from './shapes.ts';

export type BatchEntry = Readonly<Record<string, unknown>> & { readonly Id: string };

const maxEntries = 10;

export function readBatch(entries: unknown): readonly BatchEntry[] {
  if (entries !== undefined && entries !== null && !isListOfStructures(entries))
    throw wrongShape('Entries', entries, 'a list of objects');
  if (!entries || entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > maxEntries) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${maxEntries}. You have sent ${entries.length}.`,
    );
  }
  const batch = entries as readonly BatchEntry[];
  const malformed = batch.find(({ Id }) => typeof Id !== 'string' || !/^[\w-]{1,80}$/.test(Id));
  if (malformed) {
    throw new AwsError(
      'InvalidBatchEntryId',
      `The batch entry id ${JSON.stringify(malformed.Id)} can only contain alphanumeric ` +
        'characters, hyphens and underscores, and be at most 80 letters long.',
    );
  }
  const repeated = batch.find(({ Id }, i) => batch.findIndex((other) => other.Id === Id) !== i);
  if (repeated) {
    throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated.Id} repeated.`);
  }
  return batch;
}

const isListOfStructures = (entries: unknown): entries is readonly Structure[] =>
  Array.isArray(entries) && entries.every(isStructure);

export type BatchFailure = {
  readonly Id: string;
  readonly Code: string;
  readonly Message: string;
  readonly SenderFault: boolean;
};

/** Runs each entry by itself: the refused ones are listed, the others happen. */
export function eachEntry<T>(
  batch: readonly BatchEntry[],
  run: (entry: BatchEntry) => T,
): { done: { entry: BatchEntry; result: T }[]; failed: BatchFailure[] } {
  const done: { entry: BatchEntry; result: T }[] = [];
  const failed: BatchFailure[] = [];
  for (const entry of batch) {
    try {
      done.push({ entry, result: run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code: Code, message: Message } = error;
      failed.push({ Id: entry.Id, Code, Message, SenderFault: true });
    }
  }
  return { done, failed };
}
