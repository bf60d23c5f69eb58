/** OpenAPI 3.1 out of the table of routes: its schemas are the ones that validate. */
import * as z from 'zod/mini';
import { type ApiRoute, apiRoutes, type RequestHeader } from './api-routes.ts';
import { orderId, sku } from './fields.ts';
import { problemContentType } from './http.ts';
import { type ProblemKind, problemKinds } from './problems.ts';

type Json = Record<string, unknown>;

/** `io: 'input'`: what a client sends, before texts are trimmed. */
const schemaOf = (schema: z.ZodMiniType): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
};

const pathParameters: Readonly<Record<string, z.ZodMiniType>> = { id: orderId, sku };

export function openApi(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Everonce',
      version: '1.0.0',
      description:
        'Orders that stay correct when messages repeat, overtake, get lost or time out. Money is in integer minor units. Unknown fields are refused. What our code answers as an error is a problem (RFC 9457); what API Gateway answers before it is {"message"}. A path or method that is not listed here is answered by one of the shared responses.',
    },
    paths: paths(),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: problemSchema, GatewayMessage: gatewayMessage },
      responses: notListed(),
    },
  };
}

function paths(): Json {
  const all: Record<string, Json> = {};
  for (const route of apiRoutes) {
    all[route.path] = { ...all[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return all;
}

function operation(route: ApiRoute): Json {
  return {
    operationId: route.operationId,
    summary: route.summary,
    security: route.scopes.map((scope) => ({ bearer: [scope] })),
    parameters: [...inPath(route), ...inQuery(route), ...(route.headers ?? []).map(inHeader)],
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(route.body) } },
      },
    }),
    responses: merged(successes(route), problemAnswers(problemsOf(route)), gatewayAnswers(route)),
  };
}

const inPath = ({ path }: ApiRoute): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(pathParameters[name] ?? z.string()),
  }));

function inQuery({ query }: ApiRoute): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

const inHeader = ({ name, isRequired = false, description }: RequestHeader): Json => ({
  name,
  in: 'header',
  required: isRequired,
  description,
  schema: { type: 'string' },
});

type Response = { readonly description: string; readonly content?: Json; readonly headers?: Json };
/** By status. */
type Responses = Readonly<Record<string, Response>>;

function successes(route: ApiRoute): Responses {
  const entries = Object.entries(route.successes).map(
    ([status, { description, schema, headers }]) => [
      status,
      {
        description,
        ...(schema && { content: { 'application/json': { schema: schemaOf(schema) } } }),
        ...(headers && {
          headers: Object.fromEntries(
            headers.map((name) => [name, { schema: { type: 'string' } }]),
          ),
        }),
      },
    ],
  );
  return Object.fromEntries(entries);
}

function problemsOf({ problems, scopes }: ApiRoute): ProblemKind[] {
  const guarded = ['unauthenticated', 'unavailable'] as const;
  return [...problems, 'internal-error', ...(scopes.length > 0 ? guarded : [])];
}

/** One answer per status: several kinds may share one. */
const problemAnswers = (kinds: readonly ProblemKind[]): Responses =>
  merged(
    ...kinds.map((kind) => {
      const { status, title } = problemKinds[kind];
      const content = {
        [problemContentType]: { schema: { $ref: '#/components/schemas/Problem' } },
      };
      return { [status]: { description: `/problems/${kind}: ${title}`, content } };
    }),
  );

/** What API Gateway answers before, or instead of, our code. */
function gatewayAnswers({ scopes }: Pick<ApiRoute, 'scopes'>): Responses {
  const guarded = {
    401: 'No valid token',
    403: `The token lacks the scope ${scopes.join(' or ')}`,
  };
  const words = { ...gatewayWords, ...(scopes.length > 0 && guarded) };
  const content = {
    'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } },
  };
  return Object.fromEntries(
    Object.entries(words).map(([status, description]) => [status, { description, content }]),
  );
}

const gatewayWords: Readonly<Record<number, string>> = {
  400: 'The URL is malformed',
  413: 'The request is longer than API Gateway takes (10 MB)',
  429: 'Too many requests',
  431: 'The request line and the headers are longer than 10,240 bytes',
  500: 'API Gateway got no answer that it understands',
  503: 'API Gateway got no answer in time',
};

/** What a request gets that reaches none of the operations; each begins with its status. */
function notListed(): Json {
  const responses = merged(
    problemAnswers(['not-found', 'method-not-allowed', 'internal-error']),
    gatewayAnswers({ scopes: [] }),
  );
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      `NotListed${status}`,
      { ...response, description: `${status}: ${response.description}` },
    ]),
  );
}

/** Answers of the same status become one, which may have any of their forms. */
function merged(...all: readonly Responses[]): Responses {
  const byStatus: Record<string, Response> = {};
  for (const [status, response] of all.flatMap((each) => Object.entries(each))) {
    const before = byStatus[status];
    byStatus[status] = before
      ? {
          ...before,
          description: `${before.description}; ${response.description}`,
          content: { ...before.content, ...response.content },
        }
      : response;
  }
  return byStatus;
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', enum: Object.keys(problemKinds).map((kind) => `/problems/${kind}`) },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string' },
          parameter: { type: 'string' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

const gatewayMessage = {
  type: 'object',
  required: ['message'],
  properties: { message: { type: 'string' } },
};
