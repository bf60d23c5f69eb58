/** Pages of a stream from dynoxide's file, in the shape in which dynoxide gives them. */
import type { DynoxideDatabase, StoredRecord } from '../dynamodb/database.ts';
import { inOrder } from '../dynamodb/in-order.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { TableModel } from '../template/model.ts';
import type { ReadPage } from './stream-reader.ts';
import type { RawRecord } from './stream-source.ts';

export interface StoredPagesSettings {
  readonly database: DynoxideDatabase;
  readonly kernel: Kernel;
}

export function storedPages(
  table: TableModel,
  { database, kernel }: StoredPagesSettings,
): ReadPage {
  const order = kernel.mode === 'virtual' ? inOrder : (parsed: unknown) => parsed;
  const read = (json: string) => order(JSON.parse(json)) as Readonly<Record<string, unknown>>;
  const viewType = table.stream?.viewType ?? '';
  return async (from, limit) =>
    database
      .streamRecords(table.name, from ?? '0', limit)
      .map((stored) => recordOf(stored, viewType, read));
}

type ReadJson = (json: string) => Readonly<Record<string, unknown>>;

function recordOf(stored: StoredRecord, viewType: string, read: ReadJson): RawRecord {
  const { new_image: newImage, old_image: oldImage, user_identity: identity } = stored;
  const dynamodb: RawRecord['dynamodb'] = {
    Keys: read(stored.keys_json),
    ...(newImage !== null && { NewImage: read(newImage) }),
    ...(oldImage !== null && { OldImage: read(oldImage) }),
    SequenceNumber: stored.sequence_number,
    SizeBytes: bytesOf(stored.keys_json) + bytesOf(newImage) + bytesOf(oldImage),
    StreamViewType: viewType,
  };
  return {
    dynamodb,
    eventID: stored.sequence_number,
    eventName: stored.event_name,
    eventSource: 'aws:dynamodb',
    eventVersion: '1.1',
    ...(identity !== null && {
      userIdentity: JSON.parse(identity) as RawRecord['userIdentity'],
    }),
  };
}

const bytesOf = (json: string | null): number => (json === null ? 0 : Buffer.byteLength(json));
