/** What clients do: each errand is one small story around an order, told to a desk. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  adjusting,
  cancelling,
  type Wish as OrderWish,
  placing,
  pricing,
  reading,
} from '../explore/requests.ts';
import type { Answered, Desk } from './desk.ts';
import { declinedCard, listing, shelf, unreachable } from './shopping.ts';

/** What is asked for under a key. */
type Wish = Omit<OrderWish, 'as'> & { readonly key: string };

export interface Client {
  /** Its customers are `<name>-1` and so on: each asks one thing after the other, or once at once. */
  readonly name: string;
  readonly desk: Desk;
  readonly random: () => number;
  /** How many errands it has run. */
  readonly count: number;
  /** Told of each order that was accepted. */
  readonly onPlaced: () => void;
  /** Orders of its customers, oldest first. */
  readonly placed: { readonly customer: string; readonly wish: Wish; readonly id: string }[];
}

type Errand = (client: Client) => Promise<void>;
type Changes = Omit<Partial<Wish>, 'key'>;

const longestThoughtMs = 1500;
const otherLines: Changes = { lines: { 'SOAK-1': 7 } };

const errands: readonly (readonly [weight: number, errand: Errand])[] = [
  [30, async (client) => followUp(client, await placeOne(client))],
  [14, placeTwiceAtOnce],
  [8, changeLater],
  [6, changeAtOnce],
  [18, placeAndCancel],
  [5, async (client) => void (await placeOne(client, { method: declinedCard }))],
  [5, async (client) => void (await placeOne(client, { postalCode: unreachable }))],
  [5, fightForTheLast],
  [3, orderTheUnknown],
  [4, askAgain],
  [2, lookAround],
];
const weights = errands.reduce((sum, [weight]) => sum + weight, 0);

export async function runErrand(client: Client): Promise<void> {
  let rest = client.random() * weights;
  for (const [weight, errand] of errands) {
    rest -= weight;
    if (rest < 0) return errand(client);
  }
}

const place = (client: Client, { key, ...wish }: Wish): Promise<Answered> =>
  client.desk.ask(placing(key, { ...wish, as: customerOf(client) }));

async function placeOne(client: Client, changes: Changes = {}): Promise<string | undefined> {
  const wish = wishOf(client, changes);
  return note(client, wish, await place(client, wish));
}

async function followUp(client: Client, id: string | undefined): Promise<void> {
  if (id === undefined) return;
  const as = customerOf(client);
  await client.desk.ask(reading(id, { as, known: 1, wait: 2 }));
  if (client.random() < 0.5) await client.desk.ask(reading(id, { as }));
}

async function placeTwiceAtOnce(client: Client): Promise<void> {
  const wish = wishOf(client);
  const [first] = await Promise.all([place(client, wish), place(client, wish)]);
  if (first) note(client, wish, first);
}

async function changeLater(client: Client): Promise<void> {
  await placeOne(client);
  await place(client, wishOf(client, otherLines));
}

/** Either may be the order; the other one never. */
async function changeAtOnce(client: Client): Promise<void> {
  const wishes = [wishOf(client), wishOf(client, otherLines)];
  await Promise.all(wishes.map(async (wish) => note(client, wish, await place(client, wish))));
}

async function placeAndCancel(client: Client): Promise<void> {
  const id = await placeOne(client);
  if (id === undefined) return;
  await pause(client.random() * longestThoughtMs);
  const copies = client.random() < 0.3 ? 2 : 1;
  const as = customerOf(client);
  const asked = Array.from({ length: copies }, () => client.desk.ask(cancelling(id, 1, as)));
  await Promise.all(asked);
  await client.desk.ask(reading(id, { as }));
}

/** Three customers, each with a second line of which there is enough. */
async function fightForTheLast(client: Client): Promise<void> {
  const { name, count, desk } = client;
  const sku = `LAST-${name}-${count}`;
  await desk.ask(pricing(sku, 1250));
  await desk.ask(adjusting({ sku, delta: 1, key: `delivery-${sku}` }));
  const lines = { [sku]: 1, 'SOAK-2': 2 };
  await Promise.all(
    [0, 1, 2].map(async (offset) => {
      const rival = { ...client, count: count + offset };
      const wish = { key: `${name}-${count}-rival`, lines };
      note(rival, wish, await place(rival, wish));
    }),
  );
}

async function orderTheUnknown(client: Client): Promise<void> {
  const wish = wishOf(client, { lines: { 'NO-SUCH-PRODUCT': 1 } });
  for (let times = 0; times < 2; times++) await place(client, wish);
}

/** Much later than a client would. */
async function askAgain({ desk, placed, random }: Client): Promise<void> {
  const old = placed[Math.floor(random() * placed.length)];
  if (!old) return;
  const { key, ...wish } = old.wish;
  await desk.ask(placing(key, { ...wish, as: old.customer }));
  await desk.ask(reading(old.id, { as: old.customer }));
}

async function lookAround(client: Client): Promise<void> {
  const customer = customerOf(client);
  const foreign = client.placed.findLast((order) => order.customer !== customer);
  await client.desk.ask(listing(customer));
  if (foreign) await client.desk.ask(reading(foreign.id, { as: customer }));
}

const customersOfClient = 5;
const customerOf = ({ name, count }: Client): string =>
  `${name}-${(count % customersOfClient) + 1}`;

function wishOf({ name, count, random }: Client, changes: Changes = {}): Wish {
  const first = Math.floor(random() * shelf.length);
  const second = (first + 1 + Math.floor(random() * (shelf.length - 1))) % shelf.length;
  const line = (index: number) => [shelf[index]?.sku ?? '', 1 + Math.floor(random() * 3)];
  const lines = Object.fromEntries([line(first), line(second)]);
  return { key: `${name}-${count}`, lines, ...changes };
}

const rememberedOrders = 200;

function note(client: Client, wish: Wish, { status, text }: Answered): string | undefined {
  if (status !== 202) return undefined;
  const { id } = JSON.parse(text ?? '') as { id: string };
  client.onPlaced();
  client.placed.push({ customer: customerOf(client), wish, id });
  if (client.placed.length > rememberedOrders) client.placed.shift();
  return id;
}
