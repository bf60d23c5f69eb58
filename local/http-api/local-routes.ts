/** The `/_local/*` routes: what the engine shows of itself, and what exists nowhere on AWS. */
import { type HttpRequest, type HttpResponse, jsonResponse } from './message.ts';
import { splitTarget } from './proxy-event.ts';

export interface LocalAnswer {
  readonly status: number;
  readonly body: unknown;
}
/** `body` is the request's JSON, `undefined` when it has none. */
export type LocalHandler = (body: unknown) => Promise<LocalAnswer>;

const prefix = '/_local/';

export class LocalRoutes {
  readonly #handlers = new Map<string, LocalHandler>();

  /** `key` is like `GET /_local/health`. */
  add(key: string, handler: LocalHandler): void {
    this.#handlers.set(key, handler);
  }

  /** Nothing when the path is not one of these; it then belongs to the API. */
  async handle(request: HttpRequest): Promise<HttpResponse | undefined> {
    const [path] = splitTarget(request.target);
    if (!path.startsWith(prefix)) return undefined;
    const handler = this.#handlers.get(`${request.method} ${path}`);
    if (!handler) return jsonResponse(404, { message: this.#missing(request.method, path) });
    const body = readJson(request.body);
    if (body instanceof SyntaxError)
      return jsonResponse(400, { message: `the body is not JSON: ${body.message}` });
    const answer = await handler(body);
    return jsonResponse(answer.status, answer.body);
  }

  #missing(method: string, path: string): string {
    return `there is no ${method} ${path}, only ${[...this.#handlers.keys()].join(', ')}`;
  }
}

function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    return error;
  }
}
