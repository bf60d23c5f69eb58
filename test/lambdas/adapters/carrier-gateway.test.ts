import { describe, expect, it } from 'vitest';
import { createCarrierGateway } from '../../../lambdas/adapters/carrier-gateway.ts';
import type { ProviderResponse } from '../../../lambdas/adapters/provider-transport.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { type BookingId, bookingRequest } from '../../../lambdas/domain/shipment.ts';
import type { Currency } from '../../../lambdas/domain/values.ts';
import { answer, cannedTransport } from '../../support/canned-transport.ts';
import { placedOrder } from '../../support/sample-orders.ts';

const request = { ...bookingRequest(placedOrder()), weightGrams: 1_000 };
const consignment = (change: Record<string, unknown> = {}) => ({
  number: 'CN-1',
  reference: request.reference,
  state: 'BKD',
  tracking_no: 'TRK1',
  weight: { value: '35.3', unit: 'oz' },
  price: '6.50',
  booked_on: '03/14/2026',
  ...change,
});
const book = (response: ProviderResponse | Error) =>
  createCarrierGateway(cannedTransport(response)).book(request);
const refusal = (status: number, code: string) => answer(status, { errors: [{ code }] });

describe('carrier gateway', () => {
  it('asks in the units of the carrier', async () => {
    const transport = cannedTransport(answer(201, { consignment: consignment() }));
    await createCarrierGateway(transport).book(request);
    expect(JSON.parse(transport.asked[0]?.body ?? '')).toMatchObject({
      reference: request.reference,
      weight: { value: '35.3', unit: 'oz' },
      declared_value: { value: '25.00', currency: 'USD' },
      order_date: '03/14/2026',
    });
  });
  it.each([
    [7, 'USD', '0.07'],
    [1_250, 'JPY', '1250'],
    [1_250, 'KWD', '1.250'],
  ])('writes %i minor units of %s as %s', async (amount, currency, text) => {
    const transport = cannedTransport(answer(201, { consignment: consignment() }));
    const declaredValue = { amount, currency: currency as Currency };
    await createCarrierGateway(transport).book({ ...request, declaredValue });
    expect(JSON.parse(transport.asked[0]?.body ?? '').declared_value.value).toBe(text);
  });
  it('answers in our words', async () => {
    expect(await book(answer(201, { consignment: consignment() }))).toEqual({
      outcome: 'booked',
      booking: { id: 'CN-1', status: 'BOOKED', trackingNumber: 'TRK1' },
    });
  });
  it.each([
    ['price', consignment({ price: 6.5 })],
    [
      'tracking_no',
      (({ tracking_no, ...rest }) => ({ ...rest, tracking: tracking_no }))(consignment()),
    ],
    ['state', consignment({ state: 'LST' })],
    ['weight.unit', consignment({ weight: { value: '1', unit: 'kg' } })],
    ['booked_on', consignment({ booked_on: '2026-03-14' })],
  ])('fails for good and names the field when %s is not as agreed', async (field, body) => {
    const failed = book(answer(201, { consignment: body }));
    await expect(failed).rejects.toBeInstanceOf(PermanentFault);
    await expect(failed).rejects.toThrow(`consignment.${field}:`);
  });
  it('takes an address out of reach for undeliverable, and 429 for not taken', async () => {
    expect(await book(refusal(422, 'ADDR_UNSERVICEABLE'))).toMatchObject({
      outcome: 'undeliverable',
    });
    expect(await book(refusal(429, 'SLOW_DOWN'))).toEqual({ outcome: 'busy' });
  });
  it.each([
    ['no answer', new Error('socket hang up'), TransientFault],
    ['a server error', answer(500, '<html>'), TransientFault],
    ['bad credentials', answer(401, '<html>'), PermanentFault],
    ['any other refusal', refusal(422, 'PHONE_MISSING'), PermanentFault],
  ])('throws on %s', async (_name, response, fault) => {
    await expect(book(response)).rejects.toBeInstanceOf(fault);
  });
  it.each([
    ['another reference', { reference: 'order-2' }],
    ['unexpected answer 201 (CXL)', { state: 'CXL' }],
  ])('fails for good on a booking with %s', async (told, change) => {
    await expect(book(answer(201, { consignment: consignment(change) }))).rejects.toThrow(told);
  });
  it('does not know whether it cancelled when it was told to slow down', async () => {
    const carrier = createCarrierGateway(cannedTransport(refusal(429, 'SLOW_DOWN')));
    await expect(carrier.cancel('CN-1' as BookingId)).rejects.toBeInstanceOf(TransientFault);
  });
  it('does not cancel what is under way', async () => {
    const carrier = createCarrierGateway(cannedTransport(refusal(409, 'ALREADY_PUP')));
    expect(await carrier.cancel('CN-1' as BookingId)).toEqual({ outcome: 'under way' });
  });
});
