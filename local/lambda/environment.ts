/**
 * One execution environment of a function: its modules and memory, frozen between invocations.
 * Which invocation it gets, and when it is given up, is the host's business.
 */
import type { Gateway } from '../gateway/gateway.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionModel } from '../template/model.ts';
import { type Bundle, type Globals, type Require, shadowedNames } from './bundle.ts';
import { createCrypto, type EnvironmentCrypto } from './chance.ts';
import { createDate, createMath, createPerformance } from './clocks.ts';
import { createConsole, type WriteLog } from './console.ts';
import { asModule, HandlerFault } from './handler.ts';
import { Life } from './life.ts';
import { createRequire } from './modules.ts';
import { createProcess } from './process.ts';
import { inEnvironment } from './stray-rejections.ts';
import { createAbortSignal, createTimerGlobals, createTimerPromises } from './timers.ts';
import { createFetch, createHttpModule, type Wire } from './wire.ts';

export type Handler = (event: unknown, context: object) => unknown;

export interface EnvironmentSettings {
  readonly kernel: Kernel;
  readonly fn: FunctionModel;
  readonly gateway: Gateway;
  readonly loadBundle: () => Bundle;
  readonly onLog: WriteLog;
}

export class Environment {
  readonly #settings: EnvironmentSettings;
  readonly #life: Life;
  readonly #crypto: EnvironmentCrypto;
  #handler: Handler | undefined;
  #onCrash: ((error: unknown) => void) | undefined;

  constructor(settings: EnvironmentSettings) {
    this.#settings = settings;
    const { kernel, fn } = settings;
    this.#crypto = createCrypto(kernel);
    this.#life = new Life({ kernel, label: fn.name, onCrash: (error) => this.crash(error) });
  }

  /** Whether code in it may still run by itself. */
  get isAlive(): boolean {
    return !this.#life.hasEnded && this.#life.isWaiting;
  }

  get hasEnded(): boolean {
    return this.#life.hasEnded;
  }

  /** Runs the handler, and first the module if this is a cold start. `onCrash` may end it instead. */
  async run(event: unknown, context: object, onCrash: (error: unknown) => void): Promise<unknown> {
    this.#onCrash = onCrash;
    return inEnvironment(this, async () => {
      this.#life.thaw();
      if (this.hasEnded) return undefined;
      this.#handler ??= this.#init();
      return await this.#handler(event, context);
    });
  }

  /** Between invocations nothing in it runs. */
  freeze(): void {
    this.#life.freeze();
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
    const { fn, loadBundle } = this.#settings;
    const exportName = fn.handler.slice(fn.handler.lastIndexOf('.') + 1);
    const handler = asModule(fn, () => {
      const globals = this.#globals();
      return loadBundle().instantiate(globals, this.#require(globals));
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
    const { kernel, onLog } = this.#settings;
    const shadows: Record<string, unknown> = {
      ...createTimerGlobals(this.#life),
      process: this.#process(),
      Date: createDate(kernel),
      Math: createMath(kernel),
      console: createConsole(onLog),
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
    const { fn, onLog: write } = this.#settings;
    const exit = (code: number) => {
      const message = `Runtime exited with ${code ? `error: exit status ${code}` : 'no reason'}`;
      this.crash(new HandlerFault('Runtime.ExitError', message));
    };
    return createProcess({ life: this.#life, fn, write, exit });
  }

  #require(globals: Globals): Require {
    const { fn } = this.#settings;
    const http = () => createHttpModule(this.#wire(), fn.name);
    return createRequire(fn.name, {
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
    const { fn, gateway } = this.#settings;
    const caller = { name: fn.name, roleArn: fn.roleArn };
    return { life: this.#life, send: (call) => gateway.request(call, caller) };
  }
}
