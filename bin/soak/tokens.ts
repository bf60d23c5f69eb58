/** Access tokens of clients, each used for half of its hour. */
import type { Shop } from '../demo/measurements.ts';

/** Tokens are good for an hour. */
const usedForMs = 30 * 60_000;

/** `nowMs` is of a clock that only goes forward. */
export function tokensFrom(
  shop: Pick<Shop, 'token'>,
  nowMs = () => performance.now(),
): (client: string) => Promise<string> {
  const kept = new Map<string, { readonly token: Promise<string>; readonly sinceMs: number }>();
  return (client) => {
    const known = kept.get(client);
    if (known && nowMs() - known.sinceMs < usedForMs) return known.token;
    const token = shop.token(client, client === 'operator' ? 'operator' : 'orders');
    kept.set(client, { token, sinceMs: nowMs() });
    return token;
  };
}
