/** A table with a stream, an index and DynamoDB's own shape of both, for tests. */
import type { TableModel } from '../../../local/template/model.ts';

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders';

export const ordersTable: TableModel = {
  logicalId: 'Orders',
  name: 'Orders',
  arn,
  createTable: {
    TableName: 'Orders',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'customer', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCustomer',
        KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  },
  partitionKey: 'id',
  sortKey: undefined,
  ttlAttribute: undefined,
  stream: { arn: `${arn}/stream/local`, viewType: 'NEW_AND_OLD_IMAGES' },
};
