/** GET / and GET /openapi.json; as the default route, also what every other request is told. */
import { httpEntry } from './adapters/http.ts';
import { methodsOf } from './contract/api-routes.ts';
import { type HttpAnswer, type HttpRequest, refusal } from './contract/http.ts';
import { openApi } from './contract/openapi.ts';

const cacheable = { 'cache-control': 'public, max-age=300' };

const links = {
  self: { href: '/' },
  description: { href: '/openapi.json' },
  orders: { href: '/orders' },
  products: { href: '/products' },
  sales: { href: '/sales{?day}', templated: true },
};

const described: Readonly<Record<string, HttpAnswer>> = {
  '/': { status: 200, headers: cacheable, body: { name: 'Everonce', _links: links } },
  '/openapi.json': { status: 200, headers: cacheable, body: openApi() },
};

export const handler = httpEntry(async ({ method, rawPath }: HttpRequest) => {
  const methods = methodsOf(rawPath);
  if (methods.length === 0) return refusal('not-found', 'There is no such path.');
  if (!methods.includes(method))
    return refusal('method-not-allowed', `The path supports ${methods.join(' and ')}.`, {
      allow: methods.join(', '),
    });
  return described[rawPath] ?? refusal('not-found', 'The path is not served here.');
});
