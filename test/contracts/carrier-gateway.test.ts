/** What every carrier promises, and what none does: the fake, and the real one over the sandbox. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCarrierGateway } from '../../lambdas/adapters/carrier-gateway.ts';
import { createCarrierSandbox } from '../../lambdas/adapters/sandbox/carrier-sandbox.ts';
import { createSandboxTable } from '../../lambdas/adapters/sandbox/sandbox-table.ts';
import { bookingRequest } from '../../lambdas/domain/shipment.ts';
import type { CarrierGateway } from '../../lambdas/shell/shipment-ports.ts';
import { createFakeCarrier } from '../support/fakes/carrier-gateway.ts';
import { createFakeClock } from '../support/fakes/clock.ts';
import { type LocalTables, startLocalTables } from '../support/local-tables.ts';
import { placedOrder, sampleOrderId } from '../support/sample-orders.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables({ sandbox: ['pk', 'sk'] });
});
afterAll(() => tables.stop());

const request = bookingRequest(placedOrder());

const real = (): CarrierGateway => {
  const table = createSandboxTable(tables.client, 'sandbox');
  return createCarrierGateway(createCarrierSandbox({ table, clock: createFakeClock() }));
};

describe.each([
  ['fake', (): CarrierGateway => createFakeCarrier()],
  ['sandbox', real],
])('carrier gateway: %s', (_name, create) => {
  let carrier: CarrierGateway;
  beforeEach(() => {
    tables.reset();
    carrier = create();
  });

  async function book() {
    const answer = await carrier.book(request);
    if (answer.outcome !== 'booked') throw new Error(`not booked: ${answer.outcome}`);
    return answer.booking;
  }
  const found = async () =>
    (await carrier.findByReference(request.reference)).map(({ status }) => status);

  it('books, and finds the booking by reference', async () => {
    const booking = await book();
    expect(booking.status).toBe('BOOKED');
    expect(booking.trackingNumber).not.toBe('');
    expect(await carrier.findByReference(request.reference)).toEqual([booking]);
    expect(await carrier.findByReference(sampleOrderId('other'))).toEqual([]);
  });
  it('books as often as it is asked', async () => {
    const first = await book();
    const second = await book();
    expect(second.id).not.toBe(first.id);
    expect(await found()).toEqual(['BOOKED', 'BOOKED']);
  });
  it('cancels once, and finds what is cancelled', async () => {
    const { id } = await book();
    expect(await carrier.cancel(id)).toEqual({ outcome: 'cancelled' });
    expect(await carrier.cancel(id)).toEqual({ outcome: 'cancelled' });
    expect(await found()).toEqual(['CANCELLED']);
  });
  it('refuses an address it does not reach, and books nothing', async () => {
    const shipping = { ...request.shipping, postalCode: '00000' };
    expect(await carrier.book({ ...request, shipping })).toMatchObject({
      outcome: 'undeliverable',
    });
    expect(await found()).toEqual([]);
  });
});
