/**
 * What clients were told, as far as no invariant of the explorer looks at it. An operation whose outcome
 * is unknown may have had its effect or not; each was sent again until one of them knew.
 */
import type { CheckResult } from '../demo/checks.ts';
import type { Operation } from '../explore/world.ts';

export interface EndedOrder {
  readonly id: string;
  readonly status: string;
}

export function historyChecks(
  operations: readonly Operation[],
  orders: readonly EndedOrder[],
): CheckResult[] {
  return [
    { name: 'every request was settled in the end', problems: unsettled(operations) },
    {
      name: 'a refused cancellation changed nothing',
      problems: refusedCancellations(operations, orders),
    },
    { name: "no customer sees another's orders", problems: strangers(operations) },
    { name: 'no request was turned away at the door', problems: turnedAway(operations) },
    { name: 'no request met an internal error', problems: internalErrors(operations) },
  ];
}

function unsettled(operations: readonly Operation[]): string[] {
  const last = new Map(operations.map((each) => [identity(each), each]));
  const known = new Set(operations.filter(isKnown).map(identity));
  return [...last].flatMap(([name, { outcome }]) =>
    known.has(name) ? [] : [`${name}: nobody knows (${outcome})`],
  );
}

/** Unless the order was cancelled by another try, which then was accepted. */
function refusedCancellations(
  operations: readonly Operation[],
  orders: readonly EndedOrder[],
): string[] {
  const cancelled = new Set(
    orders.filter(({ status }) => status === 'CANCELLED').map(({ id }) => id),
  );
  const asked = operations.filter(({ request }) => request.path.endsWith('/cancellation'));
  return [...Map.groupBy(asked.filter(isKnown), orderOf)].flatMap(([id, tries]) => {
    const isAccepted = tries.some(({ outcome }) => outcome === 'ok');
    return !isAccepted && cancelled.has(id) ? [`order ${id}: refused, and yet cancelled`] : [];
  });
}

function strangers(operations: readonly Operation[]): string[] {
  const owners = new Map(
    operations.filter(isAccepted).map((each) => [bodyOf(each).id, each.client]),
  );
  const isOwn = (client: string, id: string) => owners.get(id) === client;
  return operations.filter(isKnown).flatMap((each) => {
    const { client, request, status, text = '' } = each;
    if (request.method !== undefined || !request.path.startsWith('/orders')) return [];
    const found = text.matchAll(/"id":"([^"]+)"/g);
    const foreign = [...found].filter(([, id = '']) => !isOwn(client, id));
    const id = orderOf(each);
    const isMissing = status === 404 && isOwn(client, id);
    return [
      ...foreign.map(([, found]) => `${client} was shown ${found}`),
      ...(isMissing ? [`${client} was told that there is no order ${id}`] : []),
    ];
  });
}

/** Nobody here asks without a right to: a load of such answers would be none. */
function turnedAway(operations: readonly Operation[]): string[] {
  return operations
    .filter(({ status }) => status === 401 || status === 403)
    .map(
      ({ client, request, status }) => `${client}: ${methodOf(request)} ${request.path}: ${status}`,
    );
}

function internalErrors(operations: readonly Operation[]): string[] {
  return operations
    .filter(({ text }) => text?.includes('/problems/internal-error'))
    .map(({ request, text }) => `${methodOf(request)} ${request.path}: ${text}`);
}

type Body = { readonly id: string };

/** Neither lost, nor refused only for the moment. */
const isKnown = ({ outcome, status, headers }: Operation): boolean =>
  (outcome === 'ok' || outcome === 'fail') &&
  status !== 429 &&
  headers?.['retry-after'] === undefined;
const isPlacing = ({ request }: Operation): boolean =>
  request.method === 'POST' && request.path === '/orders';
const isAccepted = (each: Operation): boolean => isPlacing(each) && each.status === 202;

const methodOf = ({ method = 'GET' }: Operation['request']): string => method;
const bodyOf = ({ text = '' }: Operation): Body => JSON.parse(text) as Body;
const requestOf = ({ request }: Operation): string => JSON.stringify(request.body);
const keyOf = ({ request }: Operation): string => request.headers?.['idempotency-key'] ?? '';
/** Of `/orders/{id}` and what is below it. */
const orderOf = ({ request }: Operation): string =>
  /^\/orders\/([\w-]+)/.exec(request.path)?.[1] ?? '';
/** What is the same for all tries of a request. */
const identity = (each: Operation): string => {
  const { client, request } = each;
  return `${client}: ${methodOf(request)} ${request.path} ${keyOf(each)} ${requestOf(each) ?? ''}`;
};
