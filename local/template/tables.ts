/** AWS::DynamoDB::GlobalTable (CDK's TableV2) as a table: one replica, on demand, perhaps a stream. */
import { region, type TableModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

export function readTable(resource: Resource): TableModel {
  const properties = resource.properties();
  properties.ignore('TableName', 'SSESpecification');
  checkReplicas(properties);
  const keys = keysOf(properties);
  const streamView = properties
    .optionalObject('StreamSpecification')
    ?.must(
      'StreamViewType',
      ...(['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'] as const),
    );
  const table: TableModel = {
    logicalId: resource.logicalId,
    name: resource.name,
    arn: resource.identity.attributes.Arn ?? '',
    createTable: createTable(resource.name, properties, streamView),
    ...keys,
    ttlAttribute: ttlAttribute(properties),
    stream: streamView
      ? { arn: resource.identity.attributes.StreamArn ?? '', viewType: streamView }
      : undefined,
  };
  properties.finish();
  return table;
}

function createTable(
  name: string,
  properties: Properties,
  streamView: string | undefined,
): TableModel['createTable'] {
  const indexes = properties.objects('GlobalSecondaryIndexes').map(indexOf);
  const localIndexes = properties.objects('LocalSecondaryIndexes').map(indexOf);
  return {
    TableName: name,
    AttributeDefinitions: properties.objects('AttributeDefinitions').map((attribute) => ({
      AttributeName: attribute.text('AttributeName'),
      AttributeType: attribute.must('AttributeType', 'S', 'N', 'B'),
    })),
    KeySchema: keySchemaOf(properties),
    BillingMode: properties.must('BillingMode', 'PAY_PER_REQUEST'),
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes }),
    ...(streamView && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: streamView },
    }),
  };
}

const indexOf = (index: Properties) => ({
  IndexName: index.text('IndexName'),
  KeySchema: keySchemaOf(index),
  Projection: projectionOf(index.object('Projection')),
});

const keySchemaOf = (properties: Properties) =>
  properties.objects('KeySchema').map((key) => ({
    AttributeName: key.text('AttributeName'),
    KeyType: key.must('KeyType', 'HASH', 'RANGE'),
  }));

function projectionOf(projection: Properties) {
  const NonKeyAttributes = projection.texts('NonKeyAttributes');
  return {
    ProjectionType: projection.must('ProjectionType', 'ALL', 'KEYS_ONLY', 'INCLUDE'),
    ...(NonKeyAttributes.length > 0 && { NonKeyAttributes }),
  };
}

function keysOf(properties: Properties): Pick<TableModel, 'partitionKey' | 'sortKey'> {
  const keys = keySchemaOf(properties);
  const named = (type: 'HASH' | 'RANGE') =>
    keys.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const partitionKey = named('HASH');
  if (!partitionKey) return properties.fail('property KeySchema has no HASH key');
  return { partitionKey, sortKey: named('RANGE') };
}

/** A second replica would add a reader to the stream; the engine has one region. */
function checkReplicas(properties: Properties): void {
  const replicas = properties.objects('Replicas');
  if (replicas.length !== 1)
    properties.fail(`property Replicas has ${replicas.length} members; the engine has one region`);
  for (const replica of replicas) {
    replica.must('Region', region);
    replica.ignore(
      'ContributorInsightsSpecification',
      'DeletionProtectionEnabled',
      'GlobalSecondaryIndexes',
      'PointInTimeRecoverySpecification',
      'TableClass',
      'Tags',
    );
  }
}

function ttlAttribute(properties: Properties): string | undefined {
  const timeToLive = properties.optionalObject('TimeToLiveSpecification');
  if (!timeToLive) return undefined;
  if (timeToLive.must('Enabled', true, false)) return timeToLive.text('AttributeName');
  timeToLive.ignore('AttributeName');
  return undefined;
}
