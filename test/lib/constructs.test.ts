import { App, Duration, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Api } from '../../lib/constructs/api.ts';
import { InboxConsumer } from '../../lib/constructs/inbox-consumer.ts';
import { Outbox } from '../../lib/constructs/outbox.ts';
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
