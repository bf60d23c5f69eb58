/** The requests to place an order that have reached its function, as `<key> of <customer>`. */
import type { Delivery, World } from '../world.ts';

/** What API Gateway hands over. */
interface ProxyEvent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestContext?: {
    readonly authorizer?: { readonly jwt?: { readonly claims?: { readonly sub?: string } } };
  };
}

export const placingAttempts = (world: World): readonly string[] =>
  world.happenings.flatMap((happening) =>
    happening.kind === 'delivery' && isAttempt(happening.delivery)
      ? [nameOf(happening.delivery.event as ProxyEvent)]
      : [],
  );

const isAttempt = ({ entry, outcome }: Delivery): boolean =>
  entry === 'place-order' && outcome !== 'throttled';

const nameOf = ({ headers, requestContext }: ProxyEvent): string =>
  `${headers?.['idempotency-key']} of ${requestContext?.authorizer?.jwt?.claims?.sub}`;
