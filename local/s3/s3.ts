/**
 * Buckets in memory, as failure destinations write and operators read them. No HTTP API: no
 * function of the template talks to S3 itself.
 */
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
}

export function createS3({ kernel, buckets }: S3Options): S3 {
  const stored = new Map(buckets.map(({ name }) => [name, new Map<string, StoredObject>()]));
  const bucket = (name: string) => {
    const found = stored.get(name);
    if (found) return found;
    throw new Error(`there is no bucket ${name}; there are: ${[...stored.keys()].join(', ')}`);
  };
  const byKey = (a: StoredObject, b: StoredObject) => (a.key < b.key ? -1 : 1);
  return {
    put(bucketArn, key, body) {
      const name = bucketArn.replace(/^arn:aws:s3:::/, '');
      bucket(name).set(key, { key, body, storedAtMs: kernel.now() });
      kernel.trace({ kind: 's3.put', bucket: name, bytes: Buffer.byteLength(body) });
    },
    objects: (name) => [...bucket(name).values()].sort(byKey),
  };
}
