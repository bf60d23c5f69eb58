/**
 * Reads the streams of tables in the shape Lambda gets them, stamped by the engine's clock, and only
 * as far back as a stream reaches. Where a reader stands, and when it reads again, is not its business.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DynoxideDatabase } from '../dynamodb/database.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { region, type TableModel } from '../template/model.ts';
import { laterOf, Stamps } from './stamps.ts';
import type { RawRecord, StreamRecord } from './stream-source.ts';
import { StreamTrim } from './stream-trim.ts';

export interface StreamReader {
  /** Records after the given sequence number, oldest first; from the beginning without one. */
  read(afterSequence: string | undefined, limit: number): Promise<StreamRecord[]>;
  /** Whether nothing that can be read is behind a position; asked before the kernel's time begins. */
  isAtEnd(position: string | undefined): Promise<boolean>;
  /** Notes that everything up to this sequence number has been written by now. */
  noteWritten(sequence: number): void;
  /** The newest sequence number that is too old to be read, if there is any. */
  horizon(): string | undefined;
}

/** Raw records from behind a position, oldest first; fewer than `limit` when there are no more. */
export type ReadPage = (from: string | undefined, limit: number) => Promise<RawRecord[]>;

/** GetRecords gives no more at once. */
const mostRecords = 1000;

export interface StreamReaderSettings {
  readonly kernel: Kernel;
  readonly page: ReadPage;
  /** For before the kernel's time begins. */
  readonly firstPage: ReadPage;
  readonly table: TableModel;
  readonly journal: Journal;
  /** The store itself, if it is dynoxide's: only there old records are deleted. */
  readonly database: DynoxideDatabase | undefined;
}

export function createStreamReader(settings: StreamReaderSettings): StreamReader {
  const { kernel, page, firstPage, table, journal, database } = settings;
  const stamps = new Stamps(kernel, journal.database, table.name);
  if (database) stamps.meet(String(database.newestSequence(table.name)));
  const trim =
    database &&
    new StreamTrim({
      kernel,
      tableName: table.name,
      stamps,
      remove: (upTo, most) => database.trimStream(table.name, upTo, most),
    });
  const note = (sequence: string) => {
    stamps.note(sequence);
    trim?.schedule();
  };

  const readPage = async (read: ReadPage, from: string | undefined, limit: number) => {
    const raw = await read(from, limit);
    const end = raw.at(-1)?.dynamodb.SequenceNumber;
    if (end !== undefined) note(end);
    return { records: raw.filter(isChange), end: end ?? from, isLast: raw.length < limit };
  };

  return {
    async read(afterSequence, limit) {
      const most = Math.min(limit, mostRecords);
      const found: RawRecord[] = [];
      let from = laterOf(afterSequence, stamps.horizon());
      // To readers an answer below the limit means that there is no more.
      for (;;) {
        const { records, end, isLast } = await readPage(page, from, most - found.length);
        found.push(...records);
        if (isLast || found.length === most)
          return found.map((record) => asLambdaRecord(record, table, stamps));
        from = end;
      }
    },
    async isAtEnd(position) {
      let from = laterOf(position, stamps.horizon());
      for (;;) {
        const { records, end, isLast } = await readPage(firstPage, from, mostRecords);
        if (records.length > 0 || isLast) return records.length === 0;
        from = end;
      }
    },
    noteWritten: (sequence) => note(String(sequence)),
    horizon: () => stamps.horizon(),
  };
}

/**
 * dynoxide also records writes that leave an item as it was; DynamoDB does not.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
const isChange = ({ eventName, dynamodb }: RawRecord): boolean =>
  eventName !== 'MODIFY' ||
  dynamodb.OldImage === undefined ||
  dynamodb.NewImage === undefined ||
  !isDeepStrictEqual(dynamodb.OldImage, dynamodb.NewImage);

function asLambdaRecord(raw: RawRecord, table: TableModel, stamps: Stamps): StreamRecord {
  const { SequenceNumber } = raw.dynamodb;
  const ApproximateCreationDateTime = stamps.secondsOf(SequenceNumber);
  return {
    ...raw,
    awsRegion: region,
    eventSourceARN: table.stream?.arn ?? table.arn,
    dynamodb: { ...raw.dynamodb, ApproximateCreationDateTime },
  };
}
