/** What clients do: each errand is one small story around an order, told to a desk. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Answered, Desk } from './desk.ts';
import {
  cancelling,
  declinedCard,
  delivering,
  type Line,
  listing,
  offering,
  placing,
  reading,
  shelf,
  unreachable,
  type Wish,
} from './shopping.ts';

export interface Client {
  /** Its customers are `<name>-1` and so on: each asks one thing after the other, or once at once. */
  readonly name: string;
  readonly desk: Desk;
  readonly random: () => number;
  /** Units that operators were told to be there, by SKU. */
  readonly supplied: Record<string, number>;
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
const otherLines: Changes = { lines: [{ sku: 'SOAK-1', quantity: 7 }] };

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

const place = (client: Client, wish: Wish): Promise<Answered> =>
  client.desk.ask(customerOf(client), placing(customerOf(client), wish));

async function placeOne(client: Client, changes: Changes = {}): Promise<string | undefined> {
  const wish = wishOf(client, changes);
  return note(client, wish, await place(client, wish));
}

async function followUp(client: Client, id: string | undefined): Promise<void> {
  if (id === undefined) return;
  const customer = customerOf(client);
  await client.desk.ask(customer, reading(id, 2));
  if (client.random() < 0.5) await client.desk.ask(customer, reading(id));
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
  const asked = Array.from({ length: copies }, () =>
    client.desk.ask(customerOf(client), cancelling(id)),
  );
  await Promise.all(asked);
  await client.desk.ask(customerOf(client), reading(id));
}

/** Three customers, each with a second line of which there is enough. */
async function fightForTheLast(client: Client): Promise<void> {
  const { name, count, desk, supplied } = client;
  const sku = `LAST-${name}-${count}`;
  await desk.ask('operator', offering(sku));
  const { status } = await desk.ask('operator', delivering(sku, 1, `delivery-${sku}`));
  if (status === 200) supplied[sku] = 1;
  const lines = [
    { sku, quantity: 1 },
    { sku: 'SOAK-2', quantity: 2 },
  ];
  await Promise.all(
    [0, 1, 2].map(async (offset) => {
      const rival = { ...client, count: count + offset };
      const wish = { key: `${name}-${count}-rival`, lines };
      note(rival, wish, await place(rival, wish));
    }),
  );
}

async function orderTheUnknown(client: Client): Promise<void> {
  const wish = wishOf(client, { lines: [{ sku: 'NO-SUCH-PRODUCT', quantity: 1 }] });
  for (let times = 0; times < 2; times++) await place(client, wish);
}

/** Much later than a client would. */
async function askAgain({ desk, placed, random }: Client): Promise<void> {
  const old = placed[Math.floor(random() * placed.length)];
  if (!old) return;
  await desk.ask(old.customer, placing(old.customer, old.wish));
  await desk.ask(old.customer, reading(old.id));
}

async function lookAround(client: Client): Promise<void> {
  const customer = customerOf(client);
  const foreign = client.placed.findLast((order) => order.customer !== customer);
  await client.desk.ask(customer, listing());
  if (foreign) await client.desk.ask(customer, reading(foreign.id));
}

const customersOfClient = 5;
const customerOf = ({ name, count }: Client): string =>
  `${name}-${(count % customersOfClient) + 1}`;

function wishOf({ name, count, random }: Client, changes: Changes = {}): Wish {
  const first = Math.floor(random() * shelf.length);
  const second = (first + 1 + Math.floor(random() * (shelf.length - 1))) % shelf.length;
  const line = (index: number): Line => ({
    sku: shelf[index]?.sku ?? '',
    quantity: 1 + Math.floor(random() * 3),
  });
  return { key: `${name}-${count}`, lines: [line(first), line(second)], ...changes };
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
