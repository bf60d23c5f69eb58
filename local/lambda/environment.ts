/**
 * One execution environment of a function: its modules and memory, frozen between invocations.
 * Which invocation it gets, and when it is given up, is the host's business.
 */
import type { Gateway } from '../gateway/gateway.ts';
import type { HttpAnswer, HttpCall } from '../gateway/protocol.ts';
import type { Caller } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionModel } from '../template/model.ts';
import { type Bundle, type Globals, type Require, shadowedNames } from './bundle.ts';
import { createCrypto, type EnvironmentCrypto } from './chance.ts';
import { createDate, createMath, createPerformance } from './clocks.ts';
import { createConsole, type WriteLog } from './console.ts';
import { Ground } from './ground.ts';
import { asModule, HandlerFault } from './handler.ts';
import { Life } from './life.ts';
import { createRequire } from './modules.ts';
import { createProcess } from './process.ts';
import { inEnvironment } from './stray-rejections.ts';
import { createAbortSignal, createTimerGlobals, createTimerPromises } from './timers.ts';
import { createFetch, createHttpModule, type Wire } from './wire.ts';

export type Handler = (event: unknown, context: object) => unknown;

/** The engine an environment works for. */
export interface Surroundings {
  readonly kernel: Kernel;
  readonly gateway: Gateway;
  readonly onLog: WriteLog;
}

export interface EnvironmentSettings extends Surroundings {
  readonly fn: FunctionModel;
  readonly loadBundle: () => Bundle;
}

/** Refused conditions are everyday answers; of every other error a client keeps something in mind. */
const everyday = /^\{"__type":"[^"]*#(ConditionalCheckFailed|TransactionCanceled)Exception"/;

export class Environment {
  readonly #fn: FunctionModel;
  readonly #loadBundle: () => Bundle;
  readonly #ground: Ground;
  readonly #life: Life;
  readonly #crypto: EnvironmentCrypto;
  #surroundings: Surroundings;
  #isTouched = false;
  #turn = 0;
  #handler: Handler | undefined;
  #onCrash: ((error: unknown) => void) | undefined;

  constructor({ fn, loadBundle, ...surroundings }: EnvironmentSettings) {
    this.#fn = fn;
    this.#loadBundle = loadBundle;
    this.#surroundings = surroundings;
    this.#ground = new Ground(surroundings.kernel);
    this.#crypto = createCrypto(this.#ground);
    const onCrash = (error: unknown) => this.crash(error);
    this.#life = new Life({ kernel: this.#ground, label: fn.name, onCrash });
  }

  /** Works for another engine from now on. */
  adopt(surroundings: Surroundings): void {
    this.#surroundings = surroundings;
    this.#ground.adopt(surroundings.kernel);
  }

  /** Whether code in it may still run by itself. */
  get isAlive(): boolean {
    return !this.#life.hasEnded && this.#life.isWaiting;
  }

  get hasEnded(): boolean {
    return this.#life.hasEnded;
  }

  /** Counts beginnings and ends of invocations. */
  get turn(): number {
    return this.#turn;
  }

  /** Idle, and no fault has left anything in its memory. */
  get isSpotless(): boolean {
    return !this.#isTouched && !this.hasEnded && !this.isAlive;
  }

  /** Runs the handler, and first the module if this is a cold start. `onCrash` may end it instead. */
  async run(event: unknown, context: object, onCrash: (error: unknown) => void): Promise<unknown> {
    this.#onCrash = onCrash;
    this.#turn++;
    return inEnvironment(this, async () => {
      this.#life.thaw();
      if (this.hasEnded) return undefined;
      this.#handler ??= this.#init();
      this.#ground.reseed();
      return await this.#handler(event, context);
    });
  }

  /** Between invocations nothing in it runs. */
  freeze(): void {
    this.#turn++;
    this.#life.freeze();
  }

  touch(): void {
    this.#isTouched = true;
  }

  /** Stands still for so long, while the time of its invocation runs on; then goes on where it was. */
  stall(forMs: number): void {
    const turn = this.#turn;
    this.#isTouched = true;
    this.#life.freeze();
    this.#ground.after(forMs, `${this.#fn.name} stands still`, () => {
      if (turn === this.#turn) this.#life.thaw();
    });
  }

  /** From now on its clock is ahead of the right one by so much, behind it, or right again. */
  skewClock(byMs: number): void {
    if (byMs !== 0) this.#isTouched = true;
    this.#ground.clockSkewMs = byMs;
  }

  /** It is never resumed: timers and answers under way are dropped. */
  kill(): void {
    this.#life.end();
  }

  /** What was thrown where no code of the function could catch it ends the environment. */
  crash(error: unknown): void {
    if (this.#life.hasEnded) return;
    this.kill();
    this.#onCrash?.(error);
  }

  /** One whose module does not load is given up: the next invocation finds another. */
  #init(): Handler {
    try {
      return this.#load();
    } catch (error) {
      this.kill();
      throw error;
    }
  }

  #load(): Handler {
    const fn = this.#fn;
    const exportName = fn.handler.slice(fn.handler.lastIndexOf('.') + 1);
    const handler = asModule(fn, () => {
      const globals = this.#globals();
      return this.#loadBundle().instantiate(globals, this.#require(globals));
    })[exportName];
    if (typeof handler !== 'function')
      throw new HandlerFault(
        'Runtime.HandlerNotFound',
        `${fn.handler} is undefined or not exported`,
      );
    if (handler.length > 2)
      throw new HandlerFault(
        'Runtime.CallbackHandlerDeprecated',
        `${fn.handler} takes ${handler.length} arguments; Node.js 24 has no callback handlers`,
      );
    return handler as Handler;
  }

  #globals(): Globals {
    const kernel = this.#ground;
    const shadows: Record<string, unknown> = {
      ...createTimerGlobals(this.#life),
      process: this.#process(),
      Date: createDate(kernel),
      Math: createMath(kernel),
      console: createConsole(this.#log),
      crypto: this.#crypto.web,
      performance: createPerformance(kernel),
      fetch: createFetch(this.#wire()),
      AbortSignal: createAbortSignal(this.#life),
    };
    const scope = Object.create(globalThis) as Record<string, unknown>;
    for (const name of shadowedNames)
      Object.defineProperty(scope, name, { value: shadows[name], writable: true });
    return Object.assign(scope, { globalThis: scope, global: scope });
  }

  #process(): object {
    const exit = (code: number) => {
      const message = `Runtime exited with ${code ? `error: exit status ${code}` : 'no reason'}`;
      this.crash(new HandlerFault('Runtime.ExitError', message));
    };
    return createProcess({ life: this.#life, fn: this.#fn, write: this.#log, exit });
  }

  #require(globals: Globals): Require {
    const { name } = this.#fn;
    const http = () => createHttpModule(this.#wire(), name);
    return createRequire(name, {
      http,
      https: http,
      crypto: () => this.#crypto.module,
      process: () => globals.process,
      console: () => globals.console,
      perf_hooks: () => ({ performance: globals.performance }),
      timers: () => createTimerGlobals(this.#life),
      'timers/promises': () => createTimerPromises(this.#life),
    });
  }

  #wire(): Wire {
    const { name, roleArn } = this.#fn;
    return {
      life: this.#life,
      send: (call) => this.#send(call, { name, roleArn }),
    };
  }

  async #send(call: HttpCall, caller: Caller): Promise<HttpAnswer> {
    let isAsAlways = false;
    try {
      const answer = await this.#surroundings.gateway.request(call, caller);
      isAsAlways = answer.status < 400 || everyday.test(answer.body);
      return answer;
    } finally {
      if (!isAsAlways) this.#isTouched = true;
    }
  }

  readonly #log: WriteLog = (level, line) => this.#surroundings.onLog(level, line);
}
