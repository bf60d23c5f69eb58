import { describe, expect, it } from 'vitest';
import { RouteTable } from '../../../local/http-api/route-table.ts';
import { aRoute } from './api.ts';

/** The first table is the example of API Gateway's documentation on routing. */
const documented = new RouteTable(
  ['ANY /{proxy+}', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1', '$default'].map(
    (key) => aRoute(key),
  ),
);
const keyOf = (table: RouteTable, method: string, path: string) =>
  table.find(method, path)?.route.key;

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
describe('route table', () => {
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}'],
    ['POST', '/test/5', 'ANY /{proxy+}'],
    ['POST', '/', '$default'],
  ])('sends %s %s to %s', (method, path, key) => {
    expect(keyOf(documented, method, path)).toBe(key);
  });

  it('prefers a method to ANY on the same path', () => {
    const table = new RouteTable([aRoute('ANY /a'), aRoute('GET /a')]);
    expect(keyOf(table, 'GET', '/a')).toBe('GET /a');
    expect(keyOf(table, 'PUT', '/a')).toBe('ANY /a');
  });

  it('decodes path variables, greedy ones whole', () => {
    const table = new RouteTable([aRoute('GET /a/{x}/b'), aRoute('GET /files/{path+}')]);
    expect(table.find('GET', '/a/%C3%A4%2F1/b')?.parameters).toEqual({ x: 'ä/1' });
    expect(table.find('GET', '/files/a%20b/c')?.parameters).toEqual({ path: 'a b/c' });
  });

  it('finds nothing for an empty variable, a trailing slash or another method', () => {
    const table = new RouteTable([aRoute('GET /orders/{id}')]);
    expect(table.find('GET', '/orders/')).toBeUndefined();
    expect(table.find('GET', '/orders/1/')).toBeUndefined();
    expect(table.find('POST', '/orders/1')).toBeUndefined();
  });
});
