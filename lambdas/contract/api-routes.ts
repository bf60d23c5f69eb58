/** Every route of the API in one table: what it asks, what it answers, who may call it. */
import type * as z from 'zod/mini';
import { descriptionAnswer, entryAnswer } from './entry-api.ts';
import {
  acceptedAnswer,
  cancellationAnswer,
  listOrdersAnswer,
  listOrdersQuery,
  orderAnswer,
  placeOrderRequest,
} from './order-api.ts';
import type { ProblemKind } from './problems.ts';
import {
  listProductsAnswer,
  listProductsQuery,
  productAnswer,
  putProductRequest,
  stockAdjustmentAnswer,
  stockAdjustmentRequest,
} from './product-api.ts';
import { salesAnswer, salesQuery } from './sales-api.ts';

export type Scope = 'orders' | 'operator';

export type RequestHeader = {
  readonly name: 'Idempotency-Key' | 'If-Match' | 'If-None-Match' | 'Prefer' | 'traceparent';
  readonly isRequired?: boolean;
  readonly description: string;
};

export type Success = {
  readonly description: string;
  /** Absent for answers without a body. */
  readonly schema?: z.ZodMiniType;
  readonly headers?: readonly string[];
};

export type ApiRoute = {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** Any of these lets the caller in; none for public routes. */
  readonly scopes: readonly Scope[];
  readonly headers?: readonly RequestHeader[];
  /** A strict object of optional and required strings. */
  readonly query?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
  readonly successes: Readonly<Record<number, Success>>;
  readonly problems: readonly ProblemKind[];
};

const idempotencyKey: RequestHeader = {
  name: 'Idempotency-Key',
  isRequired: true,
  description:
    '1 to 255 characters out of letters, digits and . _ ~ : / + = @ -, bare or in double quotes (RFC 8941). The same key with the same request gets the same answer, for ever.',
};
const bodyProblems = ['invalid-request', 'payload-too-large', 'unsupported-media-type'] as const;

export const apiRoutes: readonly ApiRoute[] = [
  {
    method: 'POST',
    path: '/orders',
    operationId: 'placeOrder',
    summary: 'Places an order; prices come from the catalogue.',
    scopes: ['orders'],
    headers: [
      idempotencyKey,
      { name: 'traceparent', description: 'W3C trace context that the order continues.' },
    ],
    body: placeOrderRequest,
    successes: {
      202: {
        description: 'Accepted; a repeat gets the same bytes.',
        schema: acceptedAnswer,
        headers: ['Location', 'ETag', 'Idempotency-Replayed'],
      },
    },
    problems: [...bodyProblems, 'idempotency-key-reused', 'unknown-product', 'currency-mismatch'],
  },
  {
    method: 'GET',
    path: '/orders',
    operationId: 'listOrders',
    summary: 'The own orders, newest first. A page may be short and still have a next one.',
    scopes: ['orders'],
    query: listOrdersQuery,
    successes: { 200: { description: 'One page.', schema: listOrdersAnswer } },
    problems: ['invalid-request'],
  },
  {
    method: 'GET',
    path: '/orders/{id}',
    operationId: 'getOrder',
    summary: 'One own order, from the moment of the 202 on.',
    scopes: ['orders'],
    headers: [
      {
        name: 'If-None-Match',
        description: 'The ETag that the client has: 304 if nothing is newer.',
      },
      { name: 'Prefer', description: 'wait=N: up to N seconds, at most 10, for a newer version.' },
    ],
    successes: {
      200: {
        description: 'The order.',
        schema: orderAnswer,
        headers: ['ETag', 'Preference-Applied'],
      },
      304: { description: 'Nothing newer.', headers: ['ETag', 'Preference-Applied'] },
    },
    problems: ['not-found'],
  },
  {
    method: 'POST',
    path: '/orders/{id}/cancellation',
    operationId: 'cancelOrder',
    summary: 'Cancels a pending order, from exactly the version that the client has seen.',
    scopes: ['orders'],
    headers: [{ name: 'If-Match', isRequired: true, description: 'The ETag of the order.' }],
    successes: {
      202: {
        description: 'Cancelled; a repeat with the same If-Match gets the same answer.',
        schema: cancellationAnswer,
        headers: ['ETag'],
      },
    },
    problems: [
      'invalid-request',
      'not-found',
      'order-decided',
      'stale-version',
      'precondition-required',
    ],
  },
  {
    method: 'GET',
    path: '/products',
    operationId: 'listProducts',
    summary: 'What is sold, page by page.',
    scopes: ['orders', 'operator'],
    query: listProductsQuery,
    successes: { 200: { description: 'One page.', schema: listProductsAnswer } },
    problems: ['invalid-request'],
  },
  {
    method: 'GET',
    path: '/products/{sku}',
    operationId: 'getProduct',
    summary: 'One product and what is available of it.',
    scopes: ['orders', 'operator'],
    successes: { 200: { description: 'The product.', schema: productAnswer } },
    problems: ['not-found'],
  },
  {
    method: 'PUT',
    path: '/products/{sku}',
    operationId: 'putProduct',
    summary: 'Makes or replaces a product.',
    scopes: ['operator'],
    body: putProductRequest,
    successes: {
      200: { description: 'Replaced.', schema: productAnswer },
      201: { description: 'New.', schema: productAnswer, headers: ['Location'] },
    },
    problems: bodyProblems,
  },
  {
    method: 'POST',
    path: '/products/{sku}/stock-adjustments',
    operationId: 'adjustStock',
    summary: 'Adds to or takes from the stock; never below zero.',
    scopes: ['operator'],
    headers: [idempotencyKey],
    body: stockAdjustmentRequest,
    successes: {
      200: {
        description: 'The stock right after this adjustment.',
        schema: stockAdjustmentAnswer,
        headers: ['Idempotency-Replayed'],
      },
    },
    problems: [
      ...bodyProblems,
      'not-found',
      'insufficient-stock',
      'request-in-progress',
      'idempotency-key-reused',
    ],
  },
  {
    method: 'GET',
    path: '/sales',
    operationId: 'getSales',
    summary: 'What one UTC day sold: confirmed orders by the day they were placed.',
    scopes: ['operator'],
    query: salesQuery,
    successes: { 200: { description: 'The day.', schema: salesAnswer } },
    problems: ['invalid-request'],
  },
  {
    method: 'GET',
    path: '/',
    operationId: 'getEntry',
    summary: 'Where everything begins.',
    scopes: [],
    successes: { 200: { description: 'Links.', schema: entryAnswer } },
    problems: [],
  },
  {
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getDescription',
    summary: 'This document.',
    scopes: [],
    successes: { 200: { description: 'OpenAPI 3.1.', schema: descriptionAnswer } },
    problems: [],
  },
];

/** The methods of a path as it was requested; empty for a path that does not exist. */
export function methodsOf(rawPath: string): string[] {
  const asked = rawPath.split('/');
  return apiRoutes
    .filter(({ path }) => isMatch(path.split('/'), asked))
    .map(({ method }) => method);
}

const isMatch = (template: readonly string[], asked: readonly string[]): boolean =>
  template.length === asked.length &&
  template.every((part, index) =>
    part.startsWith('{') ? asked[index] !== '' : part === asked[index],
  );
