/**
 * `node:http` and `node:https` of an environment: every request is a call of the gateway, no socket
 * is ever opened. As much of Node's client as HTTP clients of SDKs use.
 */
import { EventEmitter } from 'node:events';
import { METHODS, STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import type { HttpAnswer, HttpCall } from '../gateway/protocol.ts';
import type { EnvironmentTimer, Life } from './life.ts';

export interface Wire {
  readonly life: Life;
  send(call: HttpCall): Promise<HttpAnswer>;
}

type Options = {
  readonly method?: string;
  readonly host?: string;
  readonly hostname?: string;
  readonly port?: number | string | null;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly timeout?: number;
};
type OnResponse = (response: Incoming) => void;

export function createHttpModule(wire: Wire, functionName: string) {
  const request = (...args: unknown[]) => new Outgoing(wire, ...readArguments(args));
  const get = (...args: unknown[]) => request(...args).end();
  const createServer = () => {
    throw new Error(`${functionName} cannot serve HTTP: a function has no port`);
  };
  const globalAgent = new Agent();
  return { request, get, Agent, globalAgent, createServer, METHODS, STATUS_CODES };
}

/** `fetch` over the same wire. */
export const createFetch =
  (wire: Wire) =>
  async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { hostname, pathname, search } = new URL(request.url);
    const call = {
      method: request.method,
      host: hostname,
      path: `${pathname}${search}`,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    };
    const { status, headers, body } = await exchange(wire, call);
    return new Response(body, { status, headers });
  };

/** Keeps what clients look at; there are no sockets to keep. */
class Agent {
  readonly options: Readonly<Record<string, unknown>>;
  readonly keepAlive: boolean;
  readonly maxSockets: number;
  readonly sockets = {};
  readonly freeSockets = {};
  readonly requests = {};

  constructor(options: Readonly<Record<string, unknown>> = {}) {
    this.options = options;
    this.keepAlive = options.keepAlive === true;
    this.maxSockets = Number(options.maxSockets ?? Number.POSITIVE_INFINITY);
  }

  destroy(): void {}
}

/** Looks connected; only its inactivity timeout does something. */
class Socket extends EventEmitter {
  readonly connecting = false;
  readonly setTimeout = this.limitIdle;
  readonly #life: Life;
  readonly #close: () => void;
  #timer: EnvironmentTimer | undefined;

  constructor(life: Life, close: () => void) {
    super();
    this.#life = life;
    this.#close = close;
  }

  /** Node's `setTimeout` of a socket. */
  limitIdle(delayMs: number, onTimeout?: () => void): this {
    this.clear();
    if (onTimeout) this.once('timeout', onTimeout);
    if (delayMs > 0) this.#timer = this.#life.startTimer(() => this.emit('timeout'), delayMs, []);
    return this;
  }

  clear(): void {
    this.#timer?.close();
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  destroy(): this {
    this.#close();
    return this;
  }
}

/** Node's `ClientRequest`. */
class Outgoing extends EventEmitter {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly setTimeout = this.limitIdle;
  destroyed = false;
  writableEnded = false;
  readonly #wire: Wire;
  readonly #headers: Record<string, string> = {};
  readonly #chunks: (string | Buffer)[] = [];
  #socket: Socket | undefined;
  #response: Incoming | undefined;

  constructor(wire: Wire, options: Options, onResponse: OnResponse | undefined) {
    super();
    this.#wire = wire;
    this.method = options.method ?? 'GET';
    this.host = options.hostname ?? options.host ?? 'localhost';
    this.path = options.path ?? '/';
    for (const name in options.headers) this.setHeader(name, options.headers[name]);
    if (onResponse) this.once('response', onResponse);
    if (options.timeout) this.limitIdle(options.timeout);
  }

  get socket(): Socket {
    this.#socket ??= new Socket(this.#wire.life, () => this.destroy());
    return this.#socket;
  }

  setHeader(name: string, value: unknown): this {
    this.#headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.#headers[name.toLowerCase()];
  }

  limitIdle(delayMs: number, onTimeout?: () => void): this {
    if (onTimeout) this.once('timeout', onTimeout);
    this.socket.limitIdle(delayMs, () => this.emit('timeout'));
    return this;
  }

  setNoDelay(): void {}

  setSocketKeepAlive(): void {}

  flushHeaders(): void {}

  write(chunk: string | Uint8Array): boolean {
    this.#chunks.push(typeof chunk === 'string' ? chunk : asBuffer(chunk));
    return true;
  }

  end(chunk?: string | Uint8Array): this {
    if (this.writableEnded || this.destroyed) return this;
    this.writableEnded = true;
    if (chunk !== undefined) this.write(chunk);
    if (this.listenerCount('socket') > 0) this.emit('socket', this.socket);
    exchange(this.#wire, this.#call()).then(
      (answer) => this.#respond(answer),
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  abort(): void {
    this.destroy();
  }

  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    const isAnswered = this.#response !== undefined;
    this.#response?.destroy(error);
    process.nextTick(() =>
      this.#wire.life.arrive(() => {
        if (!isAnswered) this.emit('error', error ?? hangUp());
        this.#close();
      }),
    );
    return this;
  }

  #call(): HttpCall {
    const { method, host, path } = this;
    return { method, host, path, headers: this.#headers, body: joined(this.#chunks) };
  }

  #respond(answer: HttpAnswer): void {
    if (this.destroyed) return;
    const response = new Incoming(answer);
    this.#response = response;
    response.once('close', () => this.#close());
    this.#wire.life.arrive(() => {
      if (!this.emit('response', response)) response.resume();
    });
  }

  #close(): void {
    this.#socket?.clear();
    this.emit('close');
  }
}

/** Node's `IncomingMessage`, on the client's side. */
class Incoming extends Readable {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly headers: Record<string, string>;
  readonly httpVersion = '1.1';
  complete = false;
  readonly #body: string;

  constructor({ status, headers, body }: HttpAnswer) {
    super();
    this.statusCode = status;
    this.statusMessage = STATUS_CODES[status] ?? '';
    this.headers = headers;
    this.#body = body;
  }

  override _read(): void {
    if (this.#body.length > 0) this.push(Buffer.from(this.#body));
    this.complete = true;
    this.push(null);
  }
}

/** The answer reaches code of the environment only while the environment may run. */
function exchange(wire: Wire, call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const arrived = wire.life.expect();
    wire.send(call).then(
      (answer) => arrived(() => resolve(answer)),
      (error: unknown) => arrived(() => reject(error)),
    );
  });
}

/** `request(url[, options][, onResponse])` and `request(options[, onResponse])`. */
function readArguments(args: unknown[]): [Options, OnResponse | undefined] {
  const onResponse = args.find((arg) => typeof arg === 'function') as OnResponse | undefined;
  const options = args.filter((arg) => typeof arg === 'object' && !(arg instanceof URL));
  const url = args.find((arg) => typeof arg === 'string' || arg instanceof URL);
  const base = url === undefined ? {} : fromUrl(new URL(url as string | URL));
  return [Object.assign(base, ...options) as Options, onResponse];
}

const fromUrl = ({ hostname, port, pathname, search }: URL): Options => ({
  hostname,
  port,
  path: `${pathname}${search}`,
});

const hangUp = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function joined(chunks: (string | Buffer)[]): string | Buffer {
  const [first = '', ...rest] = chunks;
  if (rest.length === 0) return first;
  return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as string)));
}
