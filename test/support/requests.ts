/** What clients ask of the pipeline: as the explorer's clients do, but for one mug. */
import { type Wish as AnyWish, type Ask, placing as asking } from '../../bin/explore/requests.ts';

export { type Ask, cancelling } from '../../bin/explore/requests.ts';

export interface Wish extends AnyWish {
  readonly headers?: Readonly<Record<string, string>>;
}

export function placing(key: string, { headers, ...wish }: Wish = {}): Ask {
  const ask = asking(key, { lines: { mug: 1 }, ...wish });
  return { ...ask, headers: { ...ask.headers, ...headers } };
}
