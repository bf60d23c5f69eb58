/** AWS::S3::Bucket as a place for failed batches. Encryption, access and life cycle are AWS's. */
import type { BucketModel } from './model.ts';
import type { Resource } from './template.ts';

export function readBucket(resource: Resource): BucketModel {
  const properties = resource.properties();
  properties.ignore(
    'BucketEncryption',
    'BucketName',
    'LifecycleConfiguration',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
    'VersioningConfiguration',
  );
  properties.finish();
  return {
    logicalId: resource.logicalId,
    name: resource.name,
    arn: resource.identity.attributes.Arn ?? '',
  };
}
