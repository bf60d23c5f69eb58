/**
 * Buckets in the journal, as failure destinations write and operators read them. No HTTP API: no
 * function of the template talks to S3 itself.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { BucketModel } from '../template/model.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: string;
  readonly storedAtMs: number;
}

export interface S3 {
  /** Stores or replaces; an unknown bucket throws, as the call would be refused on AWS. */
  put(bucketArn: string, key: string, body: string): void;
  /** In the order of their keys, as ListObjectsV2 has them. */
  objects(bucketName: string): readonly StoredObject[];
}

export interface S3Options {
  readonly kernel: Kernel;
  readonly buckets: readonly BucketModel[];
  readonly journal: Journal;
}

export function createS3({ kernel, buckets, journal: { database } }: S3Options): S3 {
  database.exec(
    `CREATE TABLE IF NOT EXISTS s3_objects (
      bucket TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, stored_at_ms REAL NOT NULL,
      PRIMARY KEY (bucket, key)
    ) WITHOUT ROWID`,
  );
  const names = new Set(buckets.map(({ name }) => name));
  refuseLoss(database, names);
  const write = database.prepare(
    'INSERT OR REPLACE INTO s3_objects (bucket, key, body, stored_at_ms) VALUES (?, ?, ?, ?)',
  );
  const read = database.prepare(
    'SELECT key, body, stored_at_ms FROM s3_objects WHERE bucket = ? ORDER BY key',
  );
  const known = (name: string): string => {
    if (names.has(name)) return name;
    throw new Error(`there is no bucket ${name}; there are: ${[...names].join(', ')}`);
  };
  return {
    put(bucketArn, key, body) {
      const bucket = known(bucketArn.replace(/^arn:aws:s3:::/, ''));
      write.run(bucket, key, body, kernel.now());
      kernel.trace({ kind: 's3.put', bucket, bytes: Buffer.byteLength(body) });
    },
    objects: (name) => read.all(known(name)).map(asObject),
  };
}

const asObject = (row: Record<string, unknown>): StoredObject => ({
  key: String(row.key),
  body: String(row.body),
  storedAtMs: Number(row.stored_at_ms),
});

/** AWS deletes no bucket that has objects; nor does a template that has lost it. */
function refuseLoss(database: DatabaseSync, names: ReadonlySet<string>): void {
  const rows = database.prepare('SELECT bucket, COUNT(*) AS count FROM s3_objects GROUP BY bucket');
  const lost = rows.all().find(({ bucket }) => !names.has(String(bucket)));
  if (lost)
    throw new Error(
      `the bucket ${lost.bucket} is not in the template any more, and has ${lost.count} objects: ` +
        'start with the template that has it, or take another data folder',
    );
}
