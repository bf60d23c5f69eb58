/**
 * One HTTP API as API Gateway serves it: limits, route, throttle, authorizer, function, answer, in
 * this order. Sockets are not its business.
 */
import { type Kernel, sleep } from '../kernel/kernel.ts';
import type { InvokeOutcome, Invoker } from '../lambda/invoker.ts';
import type { ApiModel, RouteModel } from '../template/model.ts';
import { JwtAuthorizer } from './authorizer.ts';
import { type HttpRequest, type HttpResponse, headerOf, ownResponse } from './message.ts';
import { type Authorized, proxyEvent, splitTarget } from './proxy-event.ts';
import { proxyResponse } from './proxy-response.ts';
import { type RouteMatch, RouteTable } from './route-table.ts';
import { TokenBucket } from './token-bucket.ts';
import type { TokenIssuer } from './tokens.ts';

export interface HttpApiSettings {
  readonly kernel: Kernel;
  readonly api: ApiModel;
  readonly invoker: Invoker;
  /** Invocations that wait for an environment. */
  readonly backlog: () => number;
  readonly tokens: TokenIssuer;
  readonly meter?: { apiRequest(api: string): void };
}

/** API Gateway's quotas: a request's body, and its request line with all headers. */
export const longestBodyBytes = 10 * 1024 * 1024;
const longestHeadBytes = 10_240;
/** Longest way from the client in virtual time, so that concurrent requests overtake each other. */
const longestWayMs = 20;

type Passage = { readonly refusal: HttpResponse } | { readonly authorized: Authorized | undefined };

export class HttpApi {
  readonly #settings: HttpApiSettings;
  readonly #routes: RouteTable;
  readonly #authorizer: JwtAuthorizer;
  readonly #stageBucket: TokenBucket | undefined;
  readonly #routeBuckets = new Map<RouteModel, TokenBucket>();

  constructor(settings: HttpApiSettings) {
    const { kernel, api, tokens } = settings;
    this.#settings = settings;
    this.#routes = new RouteTable(api.routes);
    this.#authorizer = new JwtAuthorizer(kernel, tokens);
    this.#stageBucket = api.stageThrottle && new TokenBucket(api.stageThrottle, kernel.now());
    for (const route of api.routes)
      if (route.throttle)
        this.#routeBuckets.set(route, new TokenBucket(route.throttle, kernel.now()));
  }

  async handle(request: HttpRequest): Promise<HttpResponse> {
    const { kernel, api, meter } = this.#settings;
    if (kernel.mode === 'virtual')
      await sleep(kernel, kernel.random() * longestWayMs, 'a request on its way');
    meter?.apiRequest(api.id);
    const requestId = newRequestId(kernel);
    const [path] = splitTarget(request.target);
    const match = isDecodable(path) ? this.#routes.find(request.method, path) : undefined;
    const response = await this.#answer(request, match, requestId);
    const route = match?.route.key;
    kernel.trace({ kind: 'http.answer', method: request.method, route, status: response.status });
    return { ...response, headers: { 'apigw-requestid': requestId, ...response.headers } };
  }

  async #answer(
    request: HttpRequest,
    match: RouteMatch | undefined,
    requestId: string,
  ): Promise<HttpResponse> {
    if (!isDecodable(splitTarget(request.target)[0])) return ownResponse(400);
    if (headBytes(request) > longestHeadBytes) return ownResponse(431);
    if (request.body.length > longestBodyBytes) return ownResponse(413);
    if (!match) return ownResponse(404);
    const passage = await this.#pass(request, match.route);
    if ('refusal' in passage) return passage.refusal;
    const { authorized } = passage;
    const { kernel, api } = this.#settings;
    const circumstances = { apiId: api.id, requestId, nowMs: kernel.now(), match, authorized };
    return this.#integrate(match.route, proxyEvent(request, circumstances));
  }

  async #pass(request: HttpRequest, route: RouteModel): Promise<Passage> {
    const bucket = this.#routeBuckets.get(route) ?? this.#stageBucket;
    if (bucket && !bucket.take(this.#settings.kernel.now())) return { refusal: ownResponse(429) };
    if (!route.authorizer) return { authorized: undefined };
    const header = headerOf(request, 'authorization');
    const outcome = await this.#authorizer.authorize(header, route.authorizer);
    if (outcome.kind === 'unauthorized')
      return { refusal: ownResponse(401, { 'www-authenticate': 'Bearer' }) };
    if (outcome.kind === 'forbidden') {
      const challenge = `Bearer scope="${route.authorizer.scopes.join(' ')}" error="insufficient_scope"`;
      return { refusal: ownResponse(403, { 'www-authenticate': challenge }) };
    }
    return { authorized: outcome.authorized };
  }

  /** A function that answers too late goes on; nobody listens any more. */
  async #integrate(route: RouteModel, event: object): Promise<HttpResponse> {
    const { kernel, invoker, api, backlog } = this.#settings;
    while (backlog() > longestBacklog) await sleep(kernel, lookAgainMs, 'admission');
    const outcome = await new Promise<InvokeOutcome | 'late'>((resolve, reject) => {
      const label = `integration timeout of ${route.key}`;
      const timer = kernel.after(route.integrationTimeoutMs, label, () => resolve('late'));
      invoker
        .invoke(route.functionName, event, `apigateway:${api.logicalId}`)
        .then(resolve, reject)
        .finally(() => timer.cancel());
    });
    if (outcome === 'late' || outcome.kind === 'throttled') return ownResponse(503);
    return outcome.kind === 'ok' ? proxyResponse(outcome.payload) : ownResponse(500);
  }
}

/** Beyond it new requests wait: work that was accepted goes before work that is offered. */
const longestBacklog = 8;
const lookAgainMs = 5;

const headBytes = ({ method, target, headers }: HttpRequest): number =>
  headers.reduce(
    (bytes, [name, value]) => bytes + name.length + value.length,
    method.length + target.length,
  );

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return path.startsWith('/');
  } catch {
    return false;
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Looks like API Gateway's, e.g. `JKJaXmPLvHcESHA=`. */
function newRequestId(kernel: Kernel): string {
  const letters = Array.from(
    { length: 15 },
    () => alphabet[Math.floor(kernel.random() * alphabet.length)],
  );
  return `${letters.join('')}=`;
}
