/** The environments of one function, and the invocations running in them. */
import type { Gateway } from '../gateway/gateway.ts';
import { uuid } from '../gateway/identifiers.ts';
import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { FunctionModel } from '../template/model.ts';
import { Environment } from './environment.ts';
import { asEvent, asOutcome, asPayload, timedOut } from './handler.ts';
import type { InvokeOutcome } from './invoker.ts';
import type { Twist } from './lambda-host.ts';
import { logStream } from './process.ts';
import type { WarmEnvironments } from './warm-environments.ts';

export type LogEntry = {
  readonly functionName: string;
  readonly requestId: string;
  readonly level: string;
  readonly line: string;
};
export type OnLog = (entry: LogEntry) => void;

export interface FunctionPoolSettings {
  readonly kernel: Kernel;
  readonly fn: FunctionModel;
  readonly gateway: Gateway;
  readonly onLog: OnLog | undefined;
  /** Whether one more invocation is within the limits of concurrency; else it is throttled. */
  readonly hasRoom: () => boolean;
  /** Asked when an environment is made; without permission its lines are lost. @default allowed */
  readonly mayLog?: MayLog | undefined;
  /** Code, and environments of engines before. */
  readonly warm: WarmEnvironments;
}

export type MayLog = (fn: FunctionModel, logStream: string) => boolean;

/** The engine runs on one machine: a function gets at most so many environments. */
const mostEnvironments = 10;
/**
 * One machine computes no faster with several, and each makes V8 optimise the code anew: in real time
 * a second one is made only for an invocation that has waited this long, since the first then waits
 * for something itself.
 */
const readyEnvironments = 1;
const patienceMs = 100;

/** What Lambda writes around a line of text: `<time>\t<request id>\t<LEVEL>\t…\n`. */
const logFrameBytes = 24 + 36 + 4;

/** One environment, with its place in the order of their creation. */
type Place = {
  readonly environment: Environment;
  readonly number: number;
  /** Raised with each deployment. */
  readonly revision: number;
  requestId: string;
};

type Waiting = {
  readonly event: unknown;
  readonly twist: Twist;
  readonly source: string;
  readonly resolve: (outcome: InvokeOutcome) => void;
  readonly sinceMs: number;
};

type Invocation = {
  readonly place: Place;
  readonly startedMs: number;
  readonly resolve: (outcome: InvokeOutcome) => void;
  timeout: Timer | undefined;
  isOver: boolean;
};

export class FunctionPool {
  readonly #settings: FunctionPoolSettings;
  readonly #idle: Place[] = [];
  readonly #running = new Set<Place>();
  readonly #waiting: Waiting[] = [];
  #patience: Timer | undefined;
  /** Timed out, and still running to their end. */
  readonly #zombies = new Set<Place>();
  #created = 0;
  #revision = 0;

  constructor(settings: FunctionPoolSettings) {
    this.#settings = settings;
  }

  invoke(event: unknown, source: string, twist: Twist = {}): Promise<InvokeOutcome> {
    const { kernel, fn } = this.#settings;
    if (!this.#settings.hasRoom()) {
      kernel.trace({ kind: 'lambda.throttle', function: fn.name, source });
      return Promise.resolve({ kind: 'throttled' });
    }
    return new Promise((resolve) => {
      this.#waiting.push({ event, source, resolve, twist, sinceMs: kernel.now() });
      this.#startNext();
    });
  }

  /** What counts towards a limit of concurrency: what waits here would run on AWS. */
  get concurrency(): number {
    return this.#running.size + this.#waiting.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** AWS would make one more environment; this machine lets the invocation wait for one. */
  #startNext(): void {
    const { kernel, fn } = this.#settings;
    const [first] = this.#waiting;
    if (!first || this.#running.size >= mostEnvironments) return;
    const waitedMs = kernel.now() - first.sinceMs;
    const isPatient = kernel.mode === 'real' && waitedMs < patienceMs;
    if (isPatient && this.#running.size >= readyEnvironments) {
      this.#patience ??= kernel.after(patienceMs - waitedMs, `patience of ${fn.name}`, () => {
        this.#patience = undefined;
        this.#startNext();
      });
      return;
    }
    this.#waiting.shift();
    const { event, source, resolve, twist } = first;
    const place = this.#idle.pop() ?? this.#create();
    this.#running.add(place);
    place.requestId = uuid(kernel);
    const { number } = place;
    place.environment.skewClock(twist.clockSkewMs ?? 0);
    if ('event' in twist) place.environment.touch();
    kernel.trace({ kind: 'lambda.start', function: fn.name, environment: number, source });
    const startedMs = kernel.now();
    this.#start({ place, startedMs, resolve, timeout: undefined, isOver: false }, event);
  }

  /** Those at work end with their invocation. */
  recycle(): void {
    this.#revision++;
    for (const { environment } of this.#idle.splice(0)) environment.kill();
  }

  /** Nothing is invoked any more: hands on what is idle. */
  retire(): void {
    const { fn, warm } = this.#settings;
    for (const { environment } of this.#idle.splice(0)) warm.give(fn.name, environment);
  }

  pending(): string[] {
    const { name } = this.#settings.fn;
    const alive = [...this.#zombies].filter(({ environment }) => environment.isAlive);
    return [
      ...[...this.#running].map(() => `function ${name} is running`),
      ...this.#waiting.map(() => `function ${name} waits for an environment`),
      ...alive.map(() => `function ${name} has timed out and is still running`),
    ];
  }

  #create(): Place {
    const { kernel, fn, gateway, warm, mayLog } = this.#settings;
    const isLogging = mayLog?.(fn, logStream) ?? true;
    const surroundings = {
      ...{ kernel, gateway },
      onLog: (level: string, line: string) => isLogging && this.#log(place, level, line),
    };
    const loadBundle = () => warm.bundle(fn);
    const environment = warm.take(fn.name) ?? new Environment({ ...surroundings, fn, loadBundle });
    environment.adopt(surroundings);
    const number = ++this.#created;
    const place: Place = { number, revision: this.#revision, requestId: '', environment };
    return place;
  }

  #log({ requestId }: Place, level: string, line: string): void {
    const { fn, gateway, onLog } = this.#settings;
    gateway.meter.logBytes(fn.name, Buffer.byteLength(line) + level.length + logFrameBytes);
    onLog?.({ functionName: fn.name, requestId, level, line });
  }

  #start(invocation: Invocation, event: unknown): void {
    const { kernel, fn } = this.#settings;
    const { place } = invocation;
    const expire = () => this.#expire(invocation);
    invocation.timeout = kernel.after(fn.timeoutMs, `timeout of ${fn.name}`, expire);
    const onCrash = (error: unknown) => this.#end(invocation, asOutcome(error));
    void new Promise((resolve) => resolve(asEvent(event)))
      .then((copy) => place.environment.run(copy, this.#context(invocation), onCrash))
      .then((result): InvokeOutcome => ({ kind: 'ok', payload: asPayload(result) }))
      .catch(asOutcome)
      .then((outcome) => this.#end(invocation, outcome));
  }

  #expire(invocation: Invocation): void {
    const { fn } = this.#settings;
    this.#zombies.add(invocation.place);
    this.#settle(invocation, timedOut(invocation.place.requestId, fn.timeoutMs));
  }

  /** The code has come to its end, in time or as a zombie. */
  #end(invocation: Invocation, outcome: InvokeOutcome): void {
    const { place } = invocation;
    if (this.#zombies.delete(place)) place.environment.kill();
    if (invocation.isOver) return;
    place.environment.freeze();
    if (place.revision < this.#revision) place.environment.kill();
    if (!place.environment.hasEnded) this.#idle.push(place);
    this.#settle(invocation, outcome);
  }

  /** The caller gets its answer. */
  #settle(invocation: Invocation, outcome: InvokeOutcome): void {
    const { kernel, fn, gateway } = this.#settings;
    const durationMs = kernel.now() - invocation.startedMs;
    invocation.isOver = true;
    invocation.timeout?.cancel();
    this.#running.delete(invocation.place);
    gateway.meter.invocation(fn.name, fn.memoryMb, durationMs);
    kernel.trace({
      kind: 'lambda.end',
      function: fn.name,
      environment: invocation.place.number,
      outcome: outcome.kind === 'error' ? outcome.errorType : outcome.kind,
    });
    invocation.resolve(outcome);
    this.#startNext();
  }

  #context({ place, startedMs }: Invocation): object {
    const { kernel, fn } = this.#settings;
    const deadlineMs = startedMs + fn.timeoutMs;
    return {
      functionName: fn.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: fn.arn,
      memoryLimitInMB: String(fn.memoryMb),
      awsRequestId: place.requestId,
      logGroupName: fn.logGroup,
      logStreamName: logStream,
      identity: undefined,
      clientContext: undefined,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - kernel.now()),
    };
  }
}
