/** What a stream mapping needs of the table store: records in order, and a nudge when there are any. */

/** As Lambda hands it to a function. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: StreamChange;
  readonly userIdentity?: { readonly type: string; readonly principalId: string };
}

/** As the store has it: where it comes from, and by which clock, its reader knows. */
export type RawRecord = Omit<StreamRecord, 'awsRegion' | 'eventSourceARN' | 'dynamodb'> & {
  readonly dynamodb: Omit<StreamChange, 'ApproximateCreationDateTime'>;
};

export interface StreamChange {
  /** Epoch seconds. */
  readonly ApproximateCreationDateTime: number;
  readonly Keys: Readonly<Record<string, unknown>>;
  readonly NewImage?: Readonly<Record<string, unknown>>;
  readonly OldImage?: Readonly<Record<string, unknown>>;
  readonly SequenceNumber: string;
  readonly SizeBytes: number;
  readonly StreamViewType: string;
}

export interface StreamSource {
  /** In stream order, from behind `afterSequence`, or from the oldest record when undefined. */
  readStream(
    tableName: string,
    afterSequence: string | undefined,
    limit: number,
  ): Promise<readonly StreamRecord[]>;
  /** Calls back after every write that may have left a record; returns the way to stop that. */
  onWrite(tableName: string, listener: () => void): () => void;
}
