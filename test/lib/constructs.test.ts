import { App, Duration, Stack } from 'aws-cdk-lib';
import type { Policy } from 'aws-cdk-lib/aws-iam';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { Api } from '../../lib/constructs/api.ts';
import { InboxConsumer } from '../../lib/constructs/inbox-consumer.ts';
import { Outbox } from '../../lib/constructs/outbox.ts';
import { OutboxRescue } from '../../lib/constructs/outbox-rescue.ts';
import { ParkingLot } from '../../lib/constructs/parking-lot.ts';
import { Projection } from '../../lib/constructs/projection.ts';

const newStack = (context: Record<string, string> = {}) =>
  new Stack(new App({ context, analyticsReporting: false }), 'Test');

describe('a construct', () => {
  it('refuses a third reader of a stream, naming the two that are there', () => {
    const stack = newStack();
    const parking = new ParkingLot(stack, 'Parked');
    const orders = new Outbox(stack, 'Orders', { parking });
    new Projection(stack, 'One', { of: orders, entry: 'project-order', variable: 'ONE_TABLE' });
    expect(
      () =>
        new Projection(stack, 'Two', { of: orders, entry: 'project-order', variable: 'TWO_TABLE' }),
    ).toThrow(/at most 2 readers, got relay-outbox, project-order, project-order/);
  });

  it('refuses a route that takes longer than API Gateway waits', () => {
    const slow = { key: 'GET /', entry: 'describe-api', timeout: Duration.seconds(26) };
    const settings = { routes: [slow], issuer: 'https://tokens.example', audience: ['a'] };
    expect(() => new Api(newStack(), 'Api', settings)).toThrow(/may take 26 s/);
  });

  it('refuses a queue that a blip could empty into its dead letters', () => {
    const stack = newStack();
    const parking = new ParkingLot(stack, 'Parked');
    const settings = { entry: 'notify-customer', parking, maxReceiveCount: 3 };
    expect(() => new InboxConsumer(stack, 'Mail', settings)).toThrow(/maxReceiveCount is 3/);
  });

  it('refuses a stage that it does not know', () => {
    expect(() => new ParkingLot(newStack({ stage: 'production' }), 'Parked')).toThrow(
      /expected dev \(the default\) or prod/,
    );
  });
});

describe('the rescue of an outbox', () => {
  it('may send to every queue that subscribes, before it and after it, and to its own', () => {
    const stack = newStack();
    const parking = new ParkingLot(stack, 'Parked');
    const orders = new Outbox(stack, 'Orders', { parking });
    const projection = new Projection(stack, 'View', {
      ...{ of: orders, entry: 'project-order', variable: 'VIEW_TABLE' },
    });
    const subscribe = (id: string, events: string[]) =>
      new InboxConsumer(stack, id, { of: orders, events, entry: 'notify-customer', parking });
    const consumers = [subscribe('Before', ['Placed', 'Ended'])];
    const rescue = new OutboxRescue(stack, 'Rescue', {
      ...{ of: orders, projection, parking, variable: 'ORDERS_TABLE' },
    });
    consumers.push(subscribe('After', ['Ended']), rescue);
    const policy = rescue.function.ownRole.node.findChild('DefaultPolicy') as Policy;
    const { Statement } = stack.resolve(policy.document) as { Statement: { Action: unknown }[] };
    const sends = Statement.filter(({ Action }) => Action === 'sqs:SendMessage')
      .map((statement) => JSON.stringify(statement))
      .join();
    const idOf = (consumer: InboxConsumer) =>
      stack.getLogicalId(consumer.queue.node.defaultChild as CfnQueue);
    for (const consumer of consumers) expect(sends).toContain(idOf(consumer));
  });
});
