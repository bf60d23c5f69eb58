/**
 * One HTTP API as API Gateway serves it: limits, route, throttle, authorizer, function, answer, in
 * this order. Sockets are not its business.
 */
import { type Kernel, sleep } from '../kernel/kernel.ts';
import type { InvokeOutcome, Invoker } from '../lambda/invoker.ts';
import type { ApiModel, RouteModel } from '../template/model.ts';
import { Admission } from './admission.ts';
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
  /** Whether the function of a route lets the API call it. @default it does */
  readonly mayInvoke?: (route: RouteModel, method: string) => boolean;
}

/**
 * API Gateway's quotas: a request's body, and its request line with the values of all headers.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
export const longestBodyBytes = 10 * 1024 * 1024;
const longestHeadBytes = 10_240;
/** Lambda's own: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const longestEventBytes = 6 * 1024 * 1024;
/** Longest way from the client in virtual time, so that concurrent requests overtake each other. */
const longestWayMs = 20;

type Passage = { readonly refusal: HttpResponse } | { readonly authorized: Authorized | undefined };

export class HttpApi {
  readonly #settings: HttpApiSettings;
  readonly #routes: RouteTable;
  readonly #authorizer: JwtAuthorizer;
  readonly #admission: Admission;
  readonly #stageBucket: TokenBucket;
  readonly #routeBuckets = new Map<RouteModel, TokenBucket>();

  constructor(settings: HttpApiSettings) {
    const { kernel, api, tokens, backlog } = settings;
    this.#settings = settings;
    this.#routes = new RouteTable(api.routes);
    this.#authorizer = new JwtAuthorizer(kernel, tokens);
    this.#admission = new Admission({ kernel, backlog });
    this.#stageBucket = new TokenBucket(api.stageThrottle, kernel.now());
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
    if (this.#settings.mayInvoke?.(match.route, request.method) === false) return ownResponse(500);
    const circumstances = { apiId: api.id, requestId, nowMs: kernel.now(), match, authorized };
    const event = proxyEvent(request, circumstances);
    if (isTooLong(request, event)) return ownResponse(413);
    const outcome = await this.#admission.admit(() => this.#invoke(match.route, event));
    if (outcome === 'too late' || outcome.kind === 'throttled') return ownResponse(503);
    return outcome.kind === 'ok' ? proxyResponse(outcome.payload) : ownResponse(500);
  }

  async #pass(request: HttpRequest, route: RouteModel): Promise<Passage> {
    const bucket = this.#routeBuckets.get(route) ?? this.#stageBucket;
    if (!bucket.take(this.#settings.kernel.now())) return { refusal: ownResponse(429) };
    if (!route.authorizer) return { authorized: undefined };
    const header = headerOf(request, 'authorization');
    const outcome = await this.#authorizer.authorize(header, route.authorizer);
    if (outcome.kind === 'passed') return { authorized: outcome.authorized };
    const status = outcome.kind === 'unauthorized' ? 401 : 403;
    return { refusal: ownResponse(status, { 'www-authenticate': outcome.challenge }) };
  }

  /** A function that answers too late goes on; nobody listens any more. */
  #invoke(route: RouteModel, event: object): Promise<InvokeOutcome | 'too late'> {
    const { kernel, invoker, api } = this.#settings;
    return new Promise((resolve, reject) => {
      const label = `integration timeout of ${route.key}`;
      const timer = kernel.after(route.integrationTimeoutMs, label, () => resolve('too late'));
      invoker
        .invoke(route.functionName, event, `apigateway:${api.logicalId}`)
        .then(resolve, reject)
        .finally(() => timer.cancel());
    });
  }
}

/** Escapes and base64 lengthen a body; a short one cannot get there. */
const isTooLong = ({ body }: HttpRequest, event: object): boolean =>
  body.length > longestEventBytes / 8 &&
  Buffer.byteLength(JSON.stringify(event)) > longestEventBytes;

/** `GET /path HTTP/1.1`, and the headers without their names. */
const headBytes = ({ method, target, headers }: HttpRequest): number =>
  headers.reduce((bytes, [, value]) => bytes + value.length, `${method} ${target} HTTP/1.1`.length);

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
