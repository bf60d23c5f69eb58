/** Telling the customer: any deliveries of one event, at once and over days, each late or lost. */
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { dynamoNotificationStore } from '../../../lambdas/adapters/dynamo-notification-store.ts';
import { createMailer } from '../../../lambdas/adapters/mailer.ts';
import { createMailSandbox } from '../../../lambdas/adapters/sandbox/mail-sandbox.ts';
import { createSandboxTable } from '../../../lambdas/adapters/sandbox/sandbox-table.ts';
import { cloudEvent } from '../../../lambdas/contract/order-events.ts';
import { notifyCustomer } from '../../../lambdas/shell/notify-customer.ts';
import { type Invocation, Scene } from '../../support/actors.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';
import { placedOrder } from '../../support/sample-orders.ts';
import { anyRounds, isNoticed, playRound } from './cast.ts';

type Ports = Parameters<typeof notifyCustomer>[0];
type Event = Parameters<typeof notifyCustomer>[1];
/** Takes a guard away, to show that it is missed. */
type Sabotage = (ports: Ports, event: Event) => readonly [Ports, Event];

const order = placedOrder();
const event = cloudEvent(
  { id: order.id, customer: 'customer-1', traceparent: order.traceparent },
  { type: 'OrderConfirmed', version: 2, time: order.placedAt },
);
/** As long as a message may take: its days in the queue, and its days in the dead letters. */
const waitsMs = [0, 5 * 86_400_000];

const oneMailIsSent = (sabotage: Sabotage = (...same) => same) =>
  fc.asyncProperty(fc.scheduler(), anyRounds(waitsMs, 'notify'), async (scheduler, rounds) => {
    const clock = createFakeClock();
    const tables = createFakeTables({ notifications: 'eventId', sandbox: ['pk', 'sk'] });
    const deliver = async ({ clock: ownClock, own, provider }: Invocation) => {
      const table = createSandboxTable(provider, 'sandbox');
      const ports = {
        notifications: dynamoNotificationStore(own, 'notifications'),
        mailer: createMailer(createMailSandbox({ table, clock })),
        clock: ownClock,
      };
      await notifyCustomer(...sabotage(ports, event));
      return { outcome: 'done' };
    };
    const mails = () => tables.items('sandbox');
    const check = () => expect(mails().length).toBeLessThanOrEqual(1);
    const scene = new Scene({ scheduler, clock, tables, check });
    for (const [round, waitMs] of rounds) {
      await playRound(scene, round, (_, invocation) => deliver(invocation));
      clock.advance(waitMs);
    }
    await scene.playAlone(deliver);
    expect(mails()).toMatchObject([{ eventId: event.id, to: 'customer-1' }]);
    expect(tables.items('notifications')).toMatchObject([{ status: 'SENT' }]);
  });

/** A name that no other delivery has, as the queue's message id would be after a redrive. */
let names = 0;
const nextId = () => `${++names}`;
const knownByMessage: Sabotage = (ports, { id, ...same }) => [
  ports,
  { ...same, id: `${id}#${nextId()}` },
];
const withoutKey: Sabotage = ({ mailer, ...ports }, same) => [
  { ...ports, mailer: { ...mailer, send: (mail) => mailer.send({ ...mail, key: nextId() }) } },
  same,
];

describe('telling the customer', () => {
  it('sends once, however often and wherever a delivery dies', async () => {
    await fc.assert(oneMailIsSent(), { numRuns: 200 });
  });

  it.each([
    ['the event’s own id', () => isNoticed(oneMailIsSent(knownByMessage))],
    ['the provider’s key', () => isNoticed(oneMailIsSent(withoutKey))],
  ])('is seen to break without %s', async (_, noticed) => {
    expect(await noticed()).toBe(true);
  });
});
