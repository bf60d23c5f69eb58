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
        'Orders that stay correct when messages repeat, overtake, get lost or time out. Money is in integer minor units. Unknown fields are refused. Answers 401 and 403 of the authorizer, 413, 429 and some 503 come from API Gateway itself, as {"message"}.',
    },
    paths: paths(),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: problemSchema, GatewayMessage: gatewayMessage },
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
    responses: { ...successes(route), ...problemAnswers(route), ...gatewayAnswers(route) },
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

function successes(route: ApiRoute): Json {
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

/** One answer per status: several kinds may share one. */
function problemAnswers({ problems, scopes }: ApiRoute): Json {
  const kinds: ProblemKind[] = [...problems, 'internal-error'];
  if (scopes.length > 0) kinds.push('unavailable');
  const byStatus = new Map<number, ProblemKind[]>();
  for (const kind of kinds) {
    const { status } = problemKinds[kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), kind]);
  }
  const entries = [...byStatus].map(([status, same]) => [status, problemAnswer(same)]);
  return Object.fromEntries(entries);
}

const problemAnswer = (kinds: readonly ProblemKind[]): Json => ({
  description: kinds.map((kind) => `/problems/${kind}: ${problemKinds[kind].title}`).join('; '),
  content: { [problemContentType]: { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What API Gateway answers before our code runs. */
function gatewayAnswers({ scopes }: ApiRoute): Json {
  const statuses: Record<number, string> = { 429: 'Too many requests' };
  if (scopes.length > 0) {
    statuses[401] = 'No valid token';
    statuses[403] = `The token lacks the scope ${scopes.join(' or ')}`;
  }
  const content = {
    'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } },
  };
  return Object.fromEntries(
    Object.entries(statuses).map(([status, description]) => [status, { description, content }]),
  );
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
