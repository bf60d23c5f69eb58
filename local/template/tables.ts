/** AWS::DynamoDB::GlobalTable (CDK's TableV2) as a table: one replica, on demand, perhaps a stream. */
import { region, type TableModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

export function readTable(resource: Resource): TableModel {
  const properties = resource.properties();
  properties.ignore('TableName', 'SSESpecification');
  checkReplicas(properties);
  const keys = keysOf(properties);
  const streamView = properties.optionalObject('StreamSpecification')?.text('StreamViewType');
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
  const indexes = properties.objects('GlobalSecondaryIndexes').map((index) => ({
    IndexName: index.text('IndexName'),
    KeySchema: index.list('KeySchema'),
    Projection: index.whole('Projection'),
  }));
  const localIndexes = properties.list('LocalSecondaryIndexes');
  return {
    TableName: name,
    AttributeDefinitions: properties.list('AttributeDefinitions'),
    KeySchema: properties.list('KeySchema'),
    BillingMode: properties.only('BillingMode', 'PAY_PER_REQUEST'),
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes }),
    ...(streamView && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: streamView },
    }),
  };
}

function keysOf(properties: Properties): Pick<TableModel, 'partitionKey' | 'sortKey'> {
  const keys = properties
    .objects('KeySchema')
    .map((key) => ({ name: key.text('AttributeName'), type: key.text('KeyType') }));
  const partitionKey = keys.find(({ type }) => type === 'HASH')?.name;
  if (!partitionKey) return properties.fail('property KeySchema has no HASH key');
  return { partitionKey, sortKey: keys.find(({ type }) => type === 'RANGE')?.name };
}

/** A second replica would add a reader to the stream; the engine has one region. */
function checkReplicas(properties: Properties): void {
  const replicas = properties.objects('Replicas');
  if (replicas.length !== 1)
    properties.fail(`property Replicas has ${replicas.length} members; the engine has one region`);
  for (const replica of replicas) {
    replica.only('Region', region);
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
  const attribute = timeToLive.optionalText('AttributeName');
  return timeToLive.flag('Enabled', false) ? attribute : undefined;
}
