/** What can be wrong with a request, one kind at a time, out of the route's own declaration. */
import * as fc from 'fast-check';
import type * as z from 'zod/mini';
import {
  type ApiRoute,
  apiRoutes,
  type RequestHeader,
  type Scope,
} from '../../lambdas/contract/api-routes.ts';
import { anyMangling, anySpoiling, prototypeName, spoiled } from './arbitrary-json.ts';
import { namesIn } from './arbitrary-schema.ts';

/** What exists where the requests are sent. */
export interface World {
  /** `Authorization` of someone with this scope. */
  readonly tokens: Readonly<Record<Scope, string>>;
  /** `Authorization` that lets nobody in, by what is wrong with it. */
  readonly badTokens: Readonly<Record<string, string | undefined>>;
  /** By path parameter: what is there for the caller, and what belongs to someone else or to nobody. */
  readonly parameters: Readonly<Record<string, Values>>;
}
type Values = { readonly good: readonly string[]; readonly foreign: readonly string[] };

/** A request while it is being made. */
export type Draft = {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** The body as it goes out, once it is no longer the JSON of `body`. */
  readonly bytes?: Uint8Array;
};
export type Flaw = {
  readonly what: string;
  readonly isBad?: boolean;
  readonly apply: (draft: Draft) => Draft;
};

/** What HTTP lets through in a header: no control characters but the tab; one byte each. */
const headerText = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 300,
  }),
  fc.constantFrom('', '""', '"', '*', 'W/"1"', '"1", "2"', '"-1"', '"1e3"', '"999999999999"'),
  fc.constantFrom('wait=-1', 'wait=1e9', 'wait=0.5', 'wait=99999999999', 'a\tb', 'x'.repeat(300)),
);

export function anyFlaws(route: ApiRoute, world: World): fc.Arbitrary<Flaw[]> {
  const { body, query, headers = [], scopes, path } = route;
  const kinds = {
    ...(body && { body: bodyFlaw(body), type: typeFlaw }),
    ...(query && { query: queryFlaw(query) }),
    ...(headers.length > 0 && { header: headerFlaw(headers) }),
    ...(scopes.length > 0 && { token: tokenFlaw(route, world) }),
    ...(path.includes('{') && { parameter: parameterFlaw(route, world) }),
  };
  const rare = { anyHeader, harmlessQuery };
  return fc.oneof(
    ...Object.values(kinds).map((flaw) => fc.tuple(flaw)),
    // There is most to get wrong about a body.
    ...(body ? Array.from({ length: 4 }, () => fc.tuple(bodyFlaw(body))) : []),
    fc.record<Record<string, Flaw>>({ ...kinds, ...rare }, { requiredKeys: [] }).map(Object.values),
  );
}

/** Names that servers own are among those worth adding: every member of every answer. */
export const ownNames = apiRoutes.flatMap(({ successes }) =>
  Object.values(successes).flatMap(({ schema }) => (schema ? namesIn(schema) : [])),
);

const bodyFlaw = (schema: z.ZodMiniType): fc.Arbitrary<Flaw> => {
  const spoiling = anySpoiling([...new Set([...ownNames, ...namesIn(schema)])]);
  return fc.oneof(
    spoiling.map((how) => ({
      what: 'body spoiled at one place',
      isBad: how.isAmbiguous ?? false,
      apply: (draft: Draft) => ({ ...draft, bytes: Buffer.from(spoiled(draft.body, how)) }),
    })),
    anyMangling.map((mangle) => ({
      what: 'body mangled',
      apply: (draft: Draft) => ({ ...draft, bytes: mangle(JSON.stringify(draft.body)) }),
    })),
  );
};

const typeFlaw: fc.Arbitrary<Flaw> = fc
  .constantFrom(
    ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
    ...['application/jsonp', 'application/json; charset=utf-16', 'application/octet-stream', ''],
    ...['application/problem+json', 'application/json, application/json', '*/*', 'json', ';'],
  )
  .map((type) => ({
    what: `sent as "${type}"`,
    isBad: true,
    apply: (draft) => ({ ...draft, headers: { ...draft.headers, 'content-type': type } }),
  }));

const queryFlaw = (schema: z.ZodMiniType): fc.Arbitrary<Flaw> => {
  const name = fc.oneof(fc.constantFrom(...namesIn(schema)), prototypeName, fc.string());
  return fc.tuple(name, fc.oneof(fc.string(), anyCursor)).map(([key, value]) => ({
    what: `query with ${JSON.stringify(key)}=${JSON.stringify(value)}`,
    // A parameter that is sent twice is one value to API Gateway, its parts joined by a comma.
    apply: (draft: Draft) => ({ ...draft, query: joined([...draft.query, [key, value]]) }),
  }));
};

function joined(pairs: readonly (readonly [string, string])[]): [string, string][] {
  const byName = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = byName.get(name);
    byName.set(name, before === undefined ? value : `${before},${value}`);
  }
  return [...byName];
}

/** Looks like a cursor: JSON in base64url. */
const anyCursor = fc
  .oneof(fc.json({ maxDepth: 1 }), fc.string())
  .map((text) => Buffer.from(text).toString('base64url'));

/** Routes without a query ignore what they are sent there, as HTTP APIs do. */
const harmlessQuery: fc.Arbitrary<Flaw> = fc.string().map((text) => ({
  what: 'text behind the query',
  isBad: false,
  apply: (draft) => ({ ...draft, query: joined([...draft.query, ['', text]]) }),
}));

const headerFlaw = (declared: readonly RequestHeader[]): fc.Arbitrary<Flaw> =>
  fc
    .tuple(fc.constantFrom(...declared), fc.option(headerText, { nil: undefined }))
    .map(([{ name }, value]) => ({
      what: `${name}: ${value}`,
      apply: (draft) => ({ ...draft, headers: { ...draft.headers, [name.toLowerCase()]: value } }),
    }));

const anyHeader: fc.Arbitrary<Flaw> = fc
  .tuple(
    fc.oneof(prototypeName, fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,20}$/)),
    fc.oneof(headerText, fc.constant('x'.repeat(12_000))),
  )
  .map(([name, value]) => ({
    what: `${name}: ${value.slice(0, 40)}`,
    apply: (draft) => ({ ...draft, headers: { ...draft.headers, [name]: value } }),
  }));

const tokenFlaw = (route: ApiRoute, { tokens, badTokens }: World): fc.Arbitrary<Flaw> => {
  const others = (Object.keys(tokens) as Scope[]).filter((scope) => !route.scopes.includes(scope));
  const wrong = [
    ...Object.entries(badTokens),
    ...others.map((scope) => [`of an ${scope} client`, tokens[scope]] as const),
  ];
  return fc.constantFrom(...wrong).map(([what, authorization]) => ({
    what: `token: ${what}`,
    isBad: true,
    apply: (draft) => ({ ...draft, headers: { ...draft.headers, authorization } }),
  }));
};

const parameterFlaw = (route: ApiRoute, world: World): fc.Arbitrary<Flaw> => {
  const isForeign = (name: string) => fc.constantFrom('', ...valuesOf(world, name).foreign);
  return fc.oneof(
    pathOf(route, isForeign).map((path) => ({
      what: 'what is not the caller’s',
      isBad: true,
      apply: (draft: Draft) => ({ ...draft, path }),
    })),
    pathOf(route, () => fc.string({ unit: 'binary', maxLength: 80 })).map((path) => ({
      what: 'any text as a parameter',
      apply: (draft: Draft) => ({ ...draft, path }),
    })),
  );
};

export const methodFlaw: fc.Arbitrary<Flaw> = fc
  .constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PURGE', 'get')
  .map((method) => ({
    what: `as ${method}`,
    apply: (draft) => ({ ...draft, method }),
  }));

const oddPath = fc.constantFrom(
  ...['/..', '/.', '//', '/%2e%2e', '/%2F', '/%00', '/%', '/%zz', '/%ff', '/%ED%A0%80', '/;a=b'],
  ...['/\\', '/%0d%0aset-cookie:a=b', '/constructor', '/__proto__', `/${'x'.repeat(9000)}`],
);
export const wildPath: fc.Arbitrary<Flaw> = fc.oneof(
  fc.tuple(fc.nat(20), oddPath).map(([at, text]) => ({
    what: `path with ${text.slice(0, 40)}`,
    apply: (draft: Draft) => ({
      ...draft,
      path: `${draft.path.slice(0, at)}${text}${draft.path.slice(at)}`,
    }),
  })),
  fc.webPath().map((path) => ({
    what: `path ${path}`,
    apply: (draft: Draft) => ({ ...draft, path }),
  })),
);

/** The route’s path with its parameters filled in. */
export function pathOf(
  { path }: ApiRoute,
  value: (name: string) => fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const parts = path.split('/').map((part) => {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    return name === undefined ? fc.constant(part) : value(name).map(encoded);
  });
  return fc.tuple(...parts).map((made) => made.join('/'));
}

export function valuesOf({ parameters }: World, name: string): Values {
  const values = parameters[name];
  if (!values)
    throw new Error(`no values for the path parameter {${name}}: give some to the world`);
  return values;
}

/** Half of a surrogate pair has no bytes, so it cannot be sent in a URL. */
export const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
