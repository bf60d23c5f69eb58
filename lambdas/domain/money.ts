/** Money in integer minor units of one currency; nothing here divides, so nothing here rounds. */
import assert from 'node:assert/strict';
import type { Currency, Money } from './values.ts';

export const zero = (currency: Currency): Money => ({ amount: 0, currency });

export function add(a: Money, b: Money): Money {
  assert.equal(a.currency, b.currency, 'amounts of one sum share a currency');
  return checked({ amount: a.amount + b.amount, currency: a.currency });
}

export const times = (price: Money, quantity: number): Money =>
  checked({ amount: price.amount * quantity, currency: price.currency });

export const isSameMoney = (a: Money, b: Money): boolean =>
  a.amount === b.amount && a.currency === b.currency;

function checked(money: Money): Money {
  assert(Number.isSafeInteger(money.amount), 'an amount is a safe integer of minor units');
  return money;
}
