/**
 * The anti-corruption layer of the carrier: ounces, prices as text, American dates, three-letter
 * states and its errors stop here. Every request is made once; it knows no idempotency keys.
 */
import * as z from 'zod/mini';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import type { Booking, BookingId, BookingRequest } from '../domain/shipment.ts';
import type { Money } from '../domain/values.ts';
import type { BookAnswer, CarrierGateway } from '../shell/shipment-ports.ts';
import {
  ask,
  type ProviderResponse,
  type ProviderTransport,
  readAnswer,
  unexpected,
} from './provider-transport.ts';

const states = { BKD: 'BOOKED', CXL: 'CANCELLED', PUP: 'UNDER_WAY', DLV: 'UNDER_WAY' } as const;
const decimal = z.string().check(z.regex(/^\d+(\.\d+)?$/));

const consignment = z.object({
  number: z.string().check(z.minLength(1)),
  reference: z.string(),
  state: z.enum(['BKD', 'CXL', 'PUP', 'DLV']),
  tracking_no: z.string().check(z.minLength(1)),
  weight: z.object({ value: decimal, unit: z.literal('oz') }),
  /** Major units, as text. */
  price: decimal,
  /** Month first. */
  booked_on: z.string().check(z.regex(/^\d{2}\/\d{2}\/\d{4}$/)),
});
type Consignment = z.infer<typeof consignment>;
const one = z.object({ consignment });
const several = z.object({ consignments: z.array(consignment) });
const failure = z.object({ errors: z.array(z.object({ code: z.string() })).check(z.minLength(1)) });

export function createCarrierGateway(transport: ProviderTransport): CarrierGateway {
  return {
    async book(request) {
      const what = `book shipment of ${request.reference}`;
      const body = JSON.stringify(consignmentRequest(request));
      const answer = await post(what, transport, '/consignments', body);
      return readBooking(what, answer, request);
    },

    async findByReference(reference) {
      const what = `find shipments of ${reference}`;
      const answer = await ask(what, () => transport.get('/consignments', { reference }));
      if (answer.status !== 200) throw fault(what, answer);
      return readAnswer(what, several, answer.body).consignments.map(bookingOf);
    },

    async cancel(id) {
      const what = `cancel shipment ${id}`;
      const answer = await post(what, transport, `/consignments/${id}/cancellation`, '{}');
      if (answer.status === 200) {
        const { status } = bookingOf(readAnswer(what, one, answer.body).consignment);
        if (status === 'CANCELLED') return { outcome: 'cancelled' };
        throw unexpected(what, answer, status);
      }
      const code = errorCode(what, answer);
      if (code === 'ALREADY_CXL') return { outcome: 'cancelled' };
      if (code === 'ALREADY_PUP') return { outcome: 'under way' };
      throw fault(what, answer, code);
    },
  };
}

const consignmentRequest = (request: BookingRequest) => ({
  reference: request.reference,
  consignee: {
    name: request.shipping.name,
    street: request.shipping.line1,
    city: request.shipping.city,
    zip: request.shipping.postalCode,
    country: request.shipping.country,
  },
  weight: { value: ounces(request.weightGrams), unit: 'oz' },
  declared_value: {
    value: majorUnits(request.declaredValue),
    currency: request.declaredValue.currency,
  },
  order_date: monthFirst(request.orderedAt),
});

function readBooking(
  what: string,
  answer: ProviderResponse,
  { reference }: BookingRequest,
): BookAnswer {
  if (answer.status === 201) {
    const made = readAnswer(what, one, answer.body).consignment;
    if (made.reference !== reference) throw new PermanentFault(`${what}: another reference`);
    if (made.state !== 'BKD') throw unexpected(what, answer, made.state);
    return { outcome: 'booked', booking: bookingOf(made) };
  }
  if (answer.status === 429) return { outcome: 'busy' };
  const code = errorCode(what, answer);
  if (code === 'ADDR_UNSERVICEABLE') return { outcome: 'undeliverable', code };
  throw fault(what, answer, code);
}

const bookingOf = ({ number, state, tracking_no }: Consignment): Booking => ({
  id: number as BookingId,
  status: states[state],
  trackingNumber: tracking_no,
});

/** Business refusals only; whatever else goes wrong may come without the carrier's own words. */
const errorCode = (what: string, { status, body }: ProviderResponse): string | undefined =>
  status === 409 || status === 422 ? readAnswer(what, failure, body).errors[0]?.code : undefined;

/** 401 and 403 included: no retry of ours makes credentials valid. */
function fault(
  what: string,
  answer: ProviderResponse,
  code?: string,
): TransientFault | PermanentFault {
  const { status } = answer;
  if (status === 429 || status >= 500) return new TransientFault(`${what}: ${status}`);
  return unexpected(what, answer, code);
}

const gramsPerOunce = 28.349523125;
const ounces = (grams: number): string => (grams / gramsPerOunce).toFixed(1);

/** Currencies whose minor unit is not a hundredth (ISO 4217). */
const digits: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
      .split(' ')
      .map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
};

/** By text, not by division: an amount of money is never a float. */
function majorUnits({ amount, currency }: Money): string {
  const places = digits[currency] ?? 2;
  if (places === 0) return String(amount);
  const text = String(amount).padStart(places + 1, '0');
  return `${text.slice(0, -places)}.${text.slice(-places)}`;
}

function monthFirst(at: string): string {
  const [year, month, day] = at.slice(0, 10).split('-');
  return `${month}/${day}/${year}`;
}

const post = (
  what: string,
  transport: ProviderTransport,
  path: string,
  body: string,
): Promise<ProviderResponse> =>
  ask(what, () => transport.post(path, body, { 'content-type': 'application/json' }));
