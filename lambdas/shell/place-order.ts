/**
 * One order per idempotency key. The conditional write comes last and decides: what is stored wins
 * over everything read meanwhile, so that repeats, overtaking ones too, get the first answer.
 */
import type { PlaceOrderRequest } from '../contract/order-api.ts';
import { type Problem, type ProblemError, problem } from '../contract/problems.ts';
import { type Order, type OrderLine, place } from '../domain/order.ts';
import { epochMs, type Instant, instant, type OrderId, type Principal } from '../domain/values.ts';
import type { FirstAnswer, OfferBook, OrderIntake } from './order-intake.ts';

export type PlaceOrder = {
  readonly id: OrderId;
  readonly principal: Principal;
  readonly request: PlaceOrderRequest;
  readonly fingerprint: string;
  /** Of this attempt alone. */
  readonly writeId: string;
  readonly traceparent: string;
  readonly now: Instant;
  readonly deadlineMs: number;
};

export type PlaceOrderOutcome =
  | { readonly outcome: 'accepted'; readonly order: Order; readonly isReplay: boolean }
  | { readonly outcome: 'refused'; readonly problem: Problem; readonly isReplay: boolean }
  | { readonly outcome: 'key reused' };

export async function placeOrder(
  { offers, intake }: { offers: OfferBook; intake: OrderIntake },
  command: PlaceOrder,
): Promise<PlaceOrderOutcome> {
  const { fingerprint, writeId } = command;
  const answer = await firstAnswer(offers, command);
  const result = await intake.record({ answer, fingerprint, writeId });
  if (result.outcome === 'recorded') return outcomeOf(answer, false);
  const { stored } = result;
  if (stored.fingerprint !== fingerprint) return { outcome: 'key reused' };
  return outcomeOf(stored.answer, stored.writeId !== writeId);
}

const outcomeOf = (answer: FirstAnswer, isReplay: boolean): PlaceOrderOutcome =>
  answer.kind === 'order'
    ? { outcome: 'accepted', order: answer.order, isReplay }
    : { outcome: 'refused', problem: answer.problem, isReplay };

async function firstAnswer(offers: OfferBook, command: PlaceOrder): Promise<FirstAnswer> {
  const priced = await price(offers, command.request);
  const { id, principal, request, traceparent, now } = command;
  if ('problem' in priced) return { kind: 'refusal', id, principal, problem: priced.problem };
  const order = place({
    id,
    principal,
    lines: priced.lines,
    paymentMethod: request.payment.method,
    shipping: request.shipping,
    deadline: instant(epochMs(now) + command.deadlineMs),
    traceparent,
    at: now,
  });
  return { kind: 'order', order };
}

type Priced = { readonly lines: readonly OrderLine[] } | { readonly problem: Problem };

async function price(offers: OfferBook, { lines }: PlaceOrderRequest): Promise<Priced> {
  const sold = await offers.findOffers(lines.map(({ sku }) => sku));
  const priced: OrderLine[] = [];
  const unknown: ProblemError[] = [];
  for (const [index, { sku, quantity }] of lines.entries()) {
    const offer = sold.get(sku);
    if (offer) priced.push({ sku, title: offer.title, quantity, unitPrice: offer.price });
    else unknown.push({ pointer: `#/lines/${index}/sku`, detail: 'is not sold here' });
  }
  if (unknown.length > 0)
    return {
      problem: problem('unknown-product', 'Nothing was ordered: not every SKU is sold.', unknown),
    };
  const currencies = new Set(priced.map(({ unitPrice }) => unitPrice.currency));
  if (currencies.size > 1)
    return {
      problem: problem(
        'currency-mismatch',
        `Nothing was ordered: the prices are in ${[...currencies].sort().join(' and ')}.`,
      ),
    };
  return { lines: priced };
}
