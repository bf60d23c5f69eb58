/** Whether an answer is one that the API's own description lists, in the form that it promises. */
import { type ApiRoute, apiRoutes } from '../../lambdas/contract/api-routes.ts';
import { problemKinds } from '../../lambdas/contract/problems.ts';
import type { Engine } from '../../local/engine.ts';
import type { EngineRequest, EngineResponse } from '../../local/http-api/client.ts';
import { RouteTable } from '../../local/http-api/route-table.ts';

type Described = {
  readonly description: string;
  readonly content?: Readonly<Record<string, unknown>>;
};
type Responses = Readonly<Record<string, Described>>;
type OpenApi = {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Responses }>>>
  >;
  readonly components: { readonly responses: Responses };
};

export interface Description {
  /** What is wrong with an answer; undefined when nothing is. */
  complaint(request: EngineRequest, answer: EngineResponse): string | undefined;
}

export async function describedBy(engine: Engine): Promise<Description> {
  const document = (await engine.drive(engine.request({ path: '/openapi.json' }))).json as OpenApi;
  const routes = new RouteTable(engine.model.apis.flatMap((api) => api.routes));
  const names = secretNames(engine);
  return {
    complaint(request, answer) {
      const key = keyOf(routes, request);
      const [method = '', path = ''] = key.split(' ');
      // What is no operation is answered as the document says for all of them together.
      const responses =
        document.paths[path]?.[method.toLowerCase()]?.responses ?? elsewhere(document);
      return (
        undocumented(key, answer, responses[answer.status]) ??
        malformed(answer, routeOf(key)) ??
        leaked(answer, names)
      );
    },
  };
}

/** The shared answers by status: `NotFound: 404` is described as "404: …". */
const elsewhere = ({ components }: OpenApi): Responses =>
  Object.fromEntries(
    Object.values(components.responses).map((each) => [each.description.slice(0, 3), each]),
  );

function keyOf(routes: RouteTable, { method = 'GET', path }: EngineRequest): string {
  try {
    return routes.find(method, path.split('?')[0] ?? '')?.route.key ?? 'none';
  } catch {
    return 'no URL';
  }
}

const routeOf = (key: string): ApiRoute | undefined =>
  apiRoutes.find(({ method, path }) => `${method} ${path}` === key);

function undocumented(
  key: string,
  { status, headers, text }: EngineResponse,
  described: Described | undefined,
): string | undefined {
  if (!described) return `${key} answers ${status}, which its description does not list: ${text}`;
  const type = headers['content-type'] ?? '';
  if (described.content ? type in described.content : text === '') return undefined;
  return `${key} answers ${status} as "${type}", described are ${Object.keys(described.content ?? {})}`;
}

function malformed(answer: EngineResponse, route: ApiRoute | undefined): string | undefined {
  const { status, headers, text } = answer;
  if (status === 304) return text === '' ? undefined : 'a 304 with a body';
  const isProblem = headers['content-type'] === 'application/problem+json';
  if (isProblem) return isKnownProblem(answer) ? undefined : `no known problem: ${text}`;
  if (status < 400) return isListedOnly(answer, route) ? undefined : `not as described: ${text}`;
  const { message, ...others } = answer.json as Record<string, unknown>;
  const isGateways = typeof message === 'string' && Object.keys(others).length === 0;
  return isGateways ? undefined : `neither a problem nor the gateway's words: ${text}`;
}

function isKnownProblem({ status, json }: EngineResponse): boolean {
  const { type, title, detail, status: told, ...rest } = json as Record<string, unknown>;
  const kinds = Object.entries(problemKinds);
  const kind = kinds.find(([name]) => `/problems/${name}` === type)?.[1];
  const isOwn = kind?.status === status && kind.title === title && told === status;
  return isOwn && typeof detail === 'string' && Object.keys(rest).every((key) => key === 'errors');
}

/** A schema takes away what it does not list: nothing may be lost. */
function isListedOnly({ status, json }: EngineResponse, route: ApiRoute | undefined): boolean {
  const schema = route?.successes[status]?.schema;
  if (!schema) return route !== undefined;
  const parsed = schema.safeParse(json);
  return parsed.success && JSON.stringify(sorted(parsed.data)) === JSON.stringify(sorted(json));
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, each]) => [name, sorted(each)])
      : value;

/** What only insiders know: physical names, and the words of stacks, the SDK and AWS. */
function secretNames({ model }: Engine): string[] {
  const { tables, functions, queues } = model;
  return [...tables, ...functions, ...queues].map(({ name }) => name);
}

const insideWords = /arn:aws|\bat \S+ \(|node_modules|Exception\b|ConditionalCheck|\.[cm]?[jt]s:\d/;

function leaked({ status, text }: EngineResponse, names: readonly string[]): string | undefined {
  if (status < 400) return undefined;
  const word = names.find((name) => text.includes(name)) ?? insideWords.exec(text)?.[0];
  return word && `an error tells "${word}": ${text}`;
}
