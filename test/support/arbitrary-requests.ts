/**
 * Requests of a route, made from the route's own declaration: a good one, and what is wrong with it.
 * A new route is covered as it stands; one with a new path parameter or header asks for its values.
 */
import * as fc from 'fast-check';
import type { ApiRoute, RequestHeader } from '../../lambdas/contract/api-routes.ts';
import type { EngineRequest } from '../../local/http-api/client.ts';
import {
  anyFlaws,
  type Draft,
  encoded,
  type Flaw,
  methodFlaw,
  ownNames,
  pathOf,
  valuesOf,
  type World,
  wildPath,
} from './arbitrary-flaws.ts';
import { spoiled, strangeMember } from './arbitrary-json.ts';
import { anyOf } from './arbitrary-schema.ts';

export interface AnyRequest {
  /** What is wrong with it, in words. */
  readonly flaws: readonly string[];
  readonly ask: EngineRequest;
  /** True when it is certain that nobody may be served for it. */
  readonly isBad: boolean;
}

/** A request with nothing wrong, out of what exists. */
export const goodRequest = (route: ApiRoute, world: World): fc.Arbitrary<AnyRequest> =>
  draftOf(route, world).map((draft) => requestOf(route, draft, []));

/** The same with flaws, at most one of each kind. */
export const flawedRequest = (route: ApiRoute, world: World): fc.Arbitrary<AnyRequest> =>
  fc.tuple(draftOf(route, world), anyFlaws(route, world)).map(([draft, flaws]) =>
    requestOf(
      route,
      flaws.reduce((made, { apply }) => apply(made), draft),
      flaws,
    ),
  );

/** The same with a member somewhere in its body that does not belong there. */
export const requestWithStranger = (route: ApiRoute, world: World): fc.Arbitrary<AnyRequest> =>
  fc.tuple(draftOf(route, world), strangeMember(ownNames)).map(([draft, how]) => {
    const bytes = Buffer.from(spoiled(draft.body, how));
    return requestOf(route, { ...draft, bytes }, []);
  });

/** The method or the path of a request to this route made another: who knows where it leads. */
export const strayRequest = (route: ApiRoute, world: World): fc.Arbitrary<AnyRequest> =>
  fc
    .tuple(draftOf(route, world), fc.oneof(methodFlaw, wildPath))
    .map(([draft, flaw]) => ({ ...requestOf(route, flaw.apply(draft), [flaw]), isBad: false }));

function requestOf(route: ApiRoute, draft: Draft, flaws: readonly Flaw[]): AnyRequest {
  const { method, path, query, headers, body, bytes } = draft;
  const search = query.map((pair) => pair.map(encoded).join('=')).join('&');
  const sent = Object.entries(headers).filter(([, value]) => value !== undefined);
  const asked = bytes ?? (body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
  return {
    flaws: flaws.map(({ what }) => what),
    ask: {
      method,
      path: search === '' ? path : `${path}?${search}`,
      headers: Object.fromEntries(sent) as Record<string, string>,
      ...(asked && { body: asked }),
    },
    isBad: flaws.some(({ isBad }) => isBad) || !isAsDeclared(route, draft, asked),
  };
}

/** Whether body, query and headers are what the route declares, as far as it declares them. */
function isAsDeclared(route: ApiRoute, draft: Draft, bytes: Uint8Array | undefined): boolean {
  const query = Object.fromEntries(draft.query);
  return (
    (!route.query || route.query.safeParse(query).success) &&
    (!route.body || route.body.safeParse(jsonOf(bytes)).success) &&
    (route.headers ?? []).every((one) => !one.isRequired || draft.headers[one.name.toLowerCase()])
  );
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function draftOf(route: ApiRoute, world: World): fc.Arbitrary<Draft> {
  const required = (route.headers ?? []).filter(({ isRequired }) => isRequired);
  const [scope] = route.scopes;
  return fc.record({
    method: fc.constant(route.method),
    path: pathOf(route, (name) => fc.constantFrom(...valuesOf(world, name).good)),
    query: route.query ? anyOf(route.query).map(pairsOf) : fc.constant([]),
    headers: fc
      .tuple(...required.map(({ name }) => goodHeader[name].map((value) => [name, value])))
      .map((pairs) => ({
        ...(scope && { authorization: world.tokens[scope] }),
        ...(route.body && { 'content-type': 'application/json' }),
        ...lowerCase(pairs),
      })),
    body: route.body ? anyOf(route.body) : fc.constant(undefined),
  });
}

const lowerCase = (pairs: readonly (readonly string[])[]): Record<string, string> =>
  Object.fromEntries(pairs.map(([name = '', value = '']) => [name.toLowerCase(), value]));

/** A cursor comes out of an answer only. */
const pairsOf = (query: unknown): [string, string][] =>
  Object.entries(query as Record<string, string>).filter(([name]) => name !== 'cursor');

/** Every header that a route may declare. */
const goodHeader: Readonly<Record<RequestHeader['name'], fc.Arbitrary<string>>> = {
  'Idempotency-Key': fc.uuid(),
  'If-Match': fc.constant('"1"'),
  'If-None-Match': fc.constant('"1"'),
  Prefer: fc.constant('wait=1'),
  traceparent: fc.constant('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
};
