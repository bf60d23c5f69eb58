/** What every mailer promises: the fake, and the real one over the sandbox provider. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMailer } from '../../lambdas/adapters/mailer.ts';
import { createMailSandbox } from '../../lambdas/adapters/sandbox/mail-sandbox.ts';
import { createSandboxTable } from '../../lambdas/adapters/sandbox/sandbox-table.ts';
import type { Mail, Mailer } from '../../lambdas/shell/notification-ports.ts';
import { createFakeClock } from '../support/fakes/clock.ts';
import { createFakeMailer } from '../support/fakes/mailer.ts';
import { type LocalTables, startLocalTables } from '../support/local-tables.ts';
import { sampleOrderId } from '../support/sample-orders.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables({ sandbox: ['pk', 'sk'] });
});
afterAll(() => tables.stop());
beforeEach(() => tables.reset());

const orderId = sampleOrderId();
const mail: Mail = {
  key: 'source|order:2',
  eventId: 'order:2',
  orderId,
  to: 'customer-1',
  template: 'order-confirmed',
};
type Probe = { mailer: Mailer; sent: () => Promise<readonly unknown[]> };

const fake = (): Probe => {
  const mailer = createFakeMailer();
  return { mailer, sent: async () => [...mailer.sent.values()] };
};
const real = (): Probe => {
  const table = createSandboxTable(tables.client, 'sandbox');
  const mailer = createMailer(createMailSandbox({ table, clock: createFakeClock() }));
  return { mailer, sent: () => table.list(`email#${orderId}`) };
};

describe.each([
  ['fake', fake],
  ['sandbox', real],
])('mailer: %s', (_name, create) => {
  it('sends once per key', async () => {
    const { mailer, sent } = create();
    await mailer.send(mail);
    await mailer.send(mail);
    const { eventId, to, template } = mail;
    expect(await sent()).toMatchObject([{ orderId, eventId, to, template }]);
  });
  it('sends again under another key', async () => {
    const { mailer, sent } = create();
    await mailer.send(mail);
    await mailer.send({ ...mail, key: 'source|order:3', eventId: 'order:3' });
    expect(await sent()).toHaveLength(2);
  });
});
