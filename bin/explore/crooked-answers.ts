/** What services may answer and seldom do, for stories in which they do so all the time. */
import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../../local/gateway/gateway.ts';
import { canaryStreet } from './requests.ts';

/** What becomes of an answer on its way; of all others nothing does. */
export type Twist = (call: Call, answer: object) => object;

type Item = Readonly<Record<string, unknown>>;
interface Asked {
  readonly Keys: readonly Item[];
}

/** What the carrier calls its bookings by is an address: of no use, and nobody's business. */
export const garbled: Twist = (_, answer) => {
  const { Items } = answer as { Items?: readonly Item[] };
  if (!Items) return answer;
  const number = { L: [{ S: canaryStreet }] };
  return { ...answer, Items: Items.map((item) => ({ ...item, number })) };
};

/**
 * Of several keys the last is left unread, as when a table is throttled.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export const partlyRead: Twist = ({ action, input }, answer) => {
  if (action !== 'BatchGetItem') return answer;
  const tables = Object.entries(input.RequestItems as Record<string, Asked>);
  const [table = '', asked = { Keys: [] }] = tables.at(-1) ?? [];
  const key = asked.Keys.at(-1);
  const count = tables.reduce((sum, [, { Keys }]) => sum + Keys.length, 0);
  if (!key || count < 2) return answer;
  const { Responses } = answer as { Responses: Record<string, readonly Item[]> };
  // A projection may leave the key out, but then there is but one.
  const read = (Responses[table] ?? []).filter(
    (item) => asked.Keys.length > 1 && !isDeepStrictEqual({ ...item, ...key }, item),
  );
  const UnprocessedKeys = { [table]: { ...asked, Keys: [key] } };
  return { ...answer, Responses: { ...Responses, [table]: read }, UnprocessedKeys };
};

/**
 * A replica that has heard of nothing yet; whoever wants a consistent read is not sent to it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
 */
export const unheardOf: Twist = ({ action, input }, answer) =>
  action === 'GetItem' && input.ConsistentRead !== true ? {} : answer;
