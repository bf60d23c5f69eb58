import { describe, expect, it } from 'vitest';
import { apiRoutes, methodsOf } from '../../../lambdas/contract/api-routes.ts';
import { openApi } from '../../../lambdas/contract/openapi.ts';

type Operation = {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
};
const document = openApi() as { paths: Record<string, Record<string, Operation>> };
const operation = (path: string, method: string): Operation => {
  const found = document.paths[path]?.[method];
  if (!found) throw new Error(`no ${method} ${path}`);
  return found;
};

describe('the OpenAPI document', () => {
  it('has every route once, with an id of its own', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(apiRoutes.length);
  });

  it('says what placing an order needs and answers', () => {
    const place = operation('/orders', 'post');
    expect(place.parameters).toContainEqual(
      expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: true }),
    );
    expect(Object.keys(place.responses)).toEqual(
      expect.arrayContaining(['202', '400', '401', '403', '413', '415', '422', '429', '503']),
    );
  });

  it('lists what API Gateway answers by itself beside a problem of ours with the same status', () => {
    const { 413: tooLong, 431: longHead } = operation('/orders', 'post').responses;
    const forms = ['application/problem+json', 'application/json'];
    expect(Object.keys((tooLong as { content: object }).content)).toEqual(forms);
    expect(Object.keys((longHead as { content: object }).content)).toEqual(forms.slice(1));
  });

  it('says what a path or a method that it does not list is answered', () => {
    const { components } = openApi() as { components: { responses: object } };
    expect(Object.keys(components.responses)).toEqual(
      expect.arrayContaining(['NotListed404', 'NotListed405', 'NotListed429']),
    );
  });

  it('declares each parameter of each path', () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const { parameters } of Object.values(methods)) {
        const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
        expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      }
  });

  it('names the query parameters of lists', () => {
    const names = operation('/orders', 'get').parameters.map(({ name }) => name);
    expect(names).toEqual(['status', 'limit', 'cursor']);
  });

  it('lets either scope read products, and everybody read this document', () => {
    expect(operation('/products', 'get').security).toEqual([
      { bearer: ['orders'] },
      { bearer: ['operator'] },
    ]);
    expect(operation('/openapi.json', 'get').security).toEqual([]);
  });

  it('is JSON through and through', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

describe('a path', () => {
  it.each([
    ['/', ['GET']],
    ['/orders', ['POST', 'GET']],
    ['/orders/abc', ['GET']],
    ['/products/tea', ['GET', 'PUT']],
    ['/orders/', []],
    ['/orders/abc/', []],
    ['/nothing', []],
    ['//', []],
  ])('%s supports %j', (path, methods) => {
    expect(methodsOf(path)).toEqual(methods);
  });
});
