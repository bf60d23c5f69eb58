/**
 * The one door through which every AWS call passes: it finds the service and the caller, lets
 * interceptors see the call, asks whether it is allowed, meters and traces it, and speaks AWS's JSON
 * protocols. What an action does is not its business.
 */
import { type Kernel, sleep } from '../kernel/kernel.ts';
import { uuid } from './identifiers.ts';
import { Meter } from './meter.ts';
import { errorAnswer, type HttpAnswer, type HttpCall, okAnswer } from './protocol.ts';
import { serviceOf } from './routing.ts';
import { AwsError, type Caller, type Service } from './service.ts';

/** One API action on its way to a service. */
export interface Call {
  readonly service: string;
  readonly action: string;
  readonly input: Record<string, unknown>;
  readonly caller: Caller;
}

/**
 * Sees every call before and after its effect. It may delay, throw `AwsError` without calling `next`
 * (no effect), or call `next` and then throw `ConnectionLost` (effect done, answer lost).
 */
export type Interceptor = (call: Call, next: () => Promise<object>) => Promise<object>;

/** The caller gets no answer at all: its connection breaks with `code`. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code: string;

  constructor(code = 'ECONNRESET', message = 'socket hang up') {
    super(message);
    this.code = code;
  }
}

export interface GatewaySettings {
  readonly kernel: Kernel;
  readonly meter?: Meter;
  /** Told of what is a defect of the engine and no answer of AWS. */
  readonly onDefect?: (error: unknown, call: Call) => void;
  /** Who calls, and what callers may do. @default whoever sends, and everything */
  readonly guard?: Guard;
}

export interface Guard {
  /** From the request's signature; `sender` is who sits at the other end. Throws `AwsError`. */
  identify(http: HttpCall, sender: Caller): Caller;
  /** Throws `AwsError` for what the caller may not do. */
  authorize(call: Call): void;
}

/** Longest way to or from a service in virtual time, so that concurrent callers interleave. */
const longestWayMs = 20;

export class Gateway {
  readonly meter: Meter;
  readonly #kernel: Kernel;
  readonly #onDefect: ((error: unknown, call: Call) => void) | undefined;
  readonly #guard: Guard | undefined;
  readonly #services = new Map<string, Service>();
  #salt: number | undefined;
  #chain: (call: Call, service: Service) => Promise<object> = async (call, service) => {
    this.#guard?.authorize(call);
    return service.call(call.action, call.input, call.caller);
  };

  constructor({ kernel, meter = new Meter(), onDefect, guard }: GatewaySettings) {
    this.#kernel = kernel;
    this.meter = meter;
    this.#onDefect = onDefect;
    this.#guard = guard;
  }

  register(service: Service): void {
    this.#services.set(service.name, service);
  }

  /** Adds an interceptor around those already there. */
  intercept(interceptor: Interceptor): void {
    const inner = this.#chain;
    this.#chain = (call, service) => interceptor(call, () => inner(call, service));
  }

  /** One HTTP exchange. Rejects with `ConnectionLost` when the caller gets no answer. */
  async request(http: HttpCall, sender: Caller): Promise<HttpAnswer> {
    const name = serviceOf(http);
    const action = actionOf(http);
    const { length } = http.body;
    this.meter.request(name, action, length);
    const answer = await this.#answer(name, action, http, sender);
    this.meter.answer(name, action, answer.body.length, answer.status >= 400);
    return answer;
  }

  /** One call that needs no HTTP, for the engine's own parts; same interceptors, same meter. */
  async call(call: Call): Promise<object> {
    this.meter.request(call.service, call.action, 0);
    const service = this.#services.get(call.service);
    if (!service) throw unknownEndpoint(call.service, call.action, call.caller);
    return this.#pass(call, service);
  }

  async #answer(name: string, action: string, http: HttpCall, sender: Caller): Promise<HttpAnswer> {
    const stamp = { requestId: uuid(this.#kernel), date: '' };
    let output: object;
    try {
      const service = this.#services.get(name);
      if (!service) throw unknownEndpoint(http.host, action, sender);
      const caller = this.#guard?.identify(http, sender) ?? sender;
      const call = { service: name, action, input: parseInput(http, caller), caller };
      output = await this.#pass(call, service);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      stamp.date = httpDate(this.#kernel.now());
      return errorAnswer(name, error, stamp);
    }
    stamp.date = httpDate(this.#kernel.now());
    return okAnswer(name, output, stamp);
  }

  async #pass(call: Call, service: Service): Promise<object> {
    await this.#travel(call);
    let outcome = 'ok';
    try {
      return await this.#chain(call, service);
    } catch (error) {
      const known = this.#asAnswer(error, call);
      outcome = known.code;
      throw known;
    } finally {
      const kind = `call.${call.service}.${call.action}`;
      this.#kernel.trace({ kind, caller: call.caller.name, outcome });
      await this.#travel(call);
    }
  }

  async #travel(call: Call): Promise<void> {
    if (this.#kernel.mode === 'real') return;
    const way = `${call.caller.name} → ${call.service}.${call.action}`;
    await sleep(this.#kernel, this.#delayOf(way, call), way);
  }

  /** Of two calls made at once neither is first: what a way takes depends on what travels, and when. */
  #delayOf(way: string, { input }: Call): number {
    this.#salt ??= this.#kernel.random();
    const what = `${this.#salt} ${this.#kernel.now()} ${way} ${JSON.stringify(input)}`;
    return 1 + (hash32(what) / 0x100000000) * longestWayMs;
  }

  #asAnswer(error: unknown, call: Call): AwsError | ConnectionLost {
    if (error instanceof AwsError || error instanceof ConnectionLost) return error;
    this.#onDefect?.(error, call);
    const what = `${call.service}.${call.action}, called by ${call.caller.name}, failed inside the engine`;
    return new AwsError('InternalFailure', `${what}: ${String(error)}`, { status: 500 });
  }
}

/** FNV-1a. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function actionOf({ headers, method, path }: HttpCall): string {
  const target = headers['x-amz-target'];
  return target ? target.slice(target.lastIndexOf('.') + 1) : `${method} ${path}`;
}

function parseInput({ body, host }: HttpCall, caller: Caller): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    return JSON.parse(typeof body === 'string' ? body : body.toString()) as Record<string, unknown>;
  } catch (cause) {
    const what = `${caller.name} sent ${host} a body that is not JSON`;
    throw new AwsError('SerializationException', `${what}: ${String(cause)}`);
  }
}

const unknownEndpoint = (host: string, action: string, caller: Caller): AwsError =>
  new AwsError(
    'UnknownEndpoint',
    `${caller.name} called ${action} at ${host}, which the local engine does not have`,
  );

let lastDate = { second: -1, text: '' };

/** An HTTP date; made once a second. */
function httpDate(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== lastDate.second)
    lastDate = { second, text: new Date(second * 1000).toUTCString() };
  return lastDate.text;
}
