/** Keys of the read model, as the projector writes and the readers ask for them. */
import type { OrderId, Principal } from '../domain/values.ts';

export const orderRowPrefix = 'order#';

export const orderRowKey = (id: OrderId): string => `${orderRowPrefix}${id}`;

/** Partition of the customer index. An issuer is a URL and has no `|`, so the pair stays apart. */
export const customerKey = ({ issuer, subject }: Principal): string => `${issuer}|${subject}`;
