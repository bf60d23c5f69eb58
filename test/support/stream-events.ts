/** Records of the Orders table's stream as Lambda hands them over. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import type { Order } from '../../lambdas/domain/order.ts';

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;
type Images = { before?: Order | Record<string, unknown>; after?: Order | Record<string, unknown> };

export function streamRecord(sequenceNumber: string, { before, after }: Images): DynamoDBRecord {
  return {
    eventID: `event-${sequenceNumber}`,
    eventName: after ? (before ? 'MODIFY' : 'INSERT') : 'REMOVE',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      SequenceNumber: sequenceNumber,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ...(before && { OldImage: imageOf(before) }),
      ...(after && { NewImage: imageOf(after) }),
    },
  };
}

export const streamEvent = (...Records: DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records });

function imageOf(source: Order | Record<string, unknown>): Image {
  const item = 'events' in source ? orderItem(source as Order) : source;
  return marshall(item, { removeUndefinedValues: true }) as Image;
}
