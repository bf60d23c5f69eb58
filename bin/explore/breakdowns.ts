/**
 * What a story itself breaks until it is mended: one function, for every invocation that it gets; and
 * the moments it waits for. The faults that the explorer injects are not its business.
 */
import type { Engine } from '../../local/engine.ts';
import { AwsError } from '../../local/gateway/service.ts';
import type { InvokeOutcome } from '../../local/lambda/invoker.ts';
import { environmentAtWork } from '../../local/lambda/stray-rejections.ts';
import { garbled, partlyRead, type Twist, unheardOf } from './crooked-answers.ts';

export type Breakdown =
  /** No code of it runs. */
  | 'crashes'
  /** It takes effect, and its answer is lost. */
  | 'unheard'
  /** It runs, and none of its calls arrives anywhere. */
  | 'cut off'
  /** It runs, and providers answer its questions with something else than agreed. */
  | 'misled'
  /** It runs, and of every batch that it reads one key is left unread. */
  | 'read by half'
  /** It runs, and whatever single item it reads without asking for consistency is not there yet. */
  | 'read late';

export interface Broken {
  /** Resolves when it has struck for the first time, in the middle of the invocation. */
  readonly struck: Promise<void>;
  mend(): void;
}

const twists: Partial<Record<Breakdown, Twist>> = {
  misled: garbled,
  'read by half': partlyRead,
  'read late': unheardOf,
};

type Standing = { readonly how: Breakdown; readonly strike: () => void };

const crash: InvokeOutcome = {
  kind: 'error',
  errorType: 'Runtime.ExitError',
  errorMessage: 'broken down, as the story has it',
  trace: [],
};

export class Breakdowns {
  readonly #entryOf: (functionName: string) => string;
  readonly #entries: ReadonlySet<string>;
  readonly #standing = new Map<string, Standing>();
  readonly #awaited = new Map<string, () => void>();

  constructor({ gateway, lambdas, model }: Engine, entryOf: (functionName: string) => string) {
    this.#entryOf = entryOf;
    this.#entries = new Set(model.functions.map(({ name }) => entryOf(name)));
    gateway.intercept(async (call, next) => {
      // What was lied to serves no other run.
      if (this.#of(call.caller.name)) environmentAtWork()?.touch();
      this.#refuseCall(call.caller.name);
      const answer = await next();
      const { how } = this.#of(call.caller.name) ?? {};
      return (how && twists[how])?.(call, answer) ?? answer;
    });
    lambdas.intercept(({ functionName }, next) => this.#invoke(functionName, next));
  }

  /** Breaks an entry that works. */
  break(entry: string, how: Breakdown): Broken {
    this.#check(entry);
    const before = this.#standing.get(entry);
    if (before) throw new Error(`${entry} is already broken (${before.how}): mend it first`);
    let strike = () => {};
    const struck = new Promise<void>((resolve) => {
      strike = resolve;
    });
    const standing = { how, strike };
    this.#standing.set(entry, standing);
    const mend = () => {
      if (this.#standing.get(entry) === standing) this.#standing.delete(entry);
    };
    return { struck, mend };
  }

  /** Resolves when the entry is invoked next, before any code of it runs. */
  invocationOf(entry: string): Promise<void> {
    this.#check(entry);
    return new Promise((resolve) => {
      const others = this.#awaited.get(entry);
      this.#awaited.set(entry, () => {
        others?.();
        resolve();
      });
    });
  }

  mendAll(): void {
    this.#standing.clear();
    this.#awaited.clear();
  }

  #check(entry: string): void {
    if (this.#entries.has(entry)) return;
    throw new Error(
      `no function has the entry ${entry}; there are ${[...this.#entries].join(', ')}`,
    );
  }

  #of(functionName: string): Standing | undefined {
    if (this.#standing.size === 0) return undefined;
    return this.#standing.get(this.#entryOf(functionName));
  }

  #tellOf(functionName: string): void {
    if (this.#awaited.size === 0) return;
    const entry = this.#entryOf(functionName);
    this.#awaited.get(entry)?.();
    this.#awaited.delete(entry);
  }

  #refuseCall(callerName: string): void {
    if (this.#of(callerName)?.how !== 'cut off') return;
    throw new AwsError('ServiceUnavailable', 'cut off, as the story has it', { status: 503 });
  }

  async #invoke(name: string, next: () => Promise<InvokeOutcome>): Promise<InvokeOutcome> {
    this.#tellOf(name);
    const standing = this.#of(name);
    if (!standing) return next();
    const outcome = standing.how === 'crashes' ? crash : await next();
    standing.strike();
    return standing.how === 'crashes' || standing.how === 'unheard' ? crash : outcome;
  }
}
