/**
 * Runs invocations side by side over shared tables: each call of a client is one atomic step, taken
 * when the scheduler says so, and the clock turns in between. An invocation lives as long as Lambda
 * lets it; at one of its calls it may die, be throttled, have the call repeated, or fall asleep and
 * go on when all others are done.
 */
import assert from 'node:assert/strict';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Scheduler } from 'fast-check';
import * as fc from 'fast-check';
import { timeouts } from '../../lambdas/contract/timeouts.ts';
import { epochMs, instant } from '../../lambdas/domain/values.ts';
import type { Clock } from '../../lambdas/shell/ports.ts';
import type { FakeClock } from './fakes/clock.ts';
import { clientOf, type FakeTables } from './fakes/dynamo-tables.ts';

const mishaps = ['dies before', 'dies after', 'is throttled', 'is sent twice', 'sleeps'] as const;
type Mishap = { readonly kind: (typeof mishaps)[number]; readonly atCall: number };

/** Every third invocation meets none. */
export const anyMishap: fc.Arbitrary<Mishap | undefined> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(...mishaps),
      atCall: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

/** Two clocks differ by 5 s at most. */
export const anySkewMs = fc.constantFrom(0, 2_500, -2_500);

export interface Actor<Answer> {
  /** Of no other actor in its play. */
  readonly name: string;
  readonly mishap: Mishap | undefined;
  readonly skewMs: number;
  run(invocation: Invocation): Promise<Answer>;
}

/** What one invocation works with. */
export interface Invocation {
  readonly clock: Clock;
  /** For our own tables: the SDK repeats a call that got no answer. */
  readonly own: DynamoDBClient;
  /** For a provider's tables: every call is made once. */
  readonly provider: DynamoDBClient;
}

/** What became of an invocation, between which two moments. */
export interface Played<Answer> {
  readonly began: number;
  readonly ended: number;
  /** An error says nothing about what happened. */
  readonly answer: Answer | Error;
}

class Died extends Error {
  override readonly name = 'Died';
}

/** For how long a request may still take effect when whoever made it is gone: the ladder's lag. */
const lagMs = 15_000;

interface Stage {
  readonly scheduler: Scheduler;
  readonly clock: FakeClock;
  readonly tables: FakeTables;
  /** Runs after every call; whatever it throws fails the play. */
  check(): void;
}

export class Scene {
  readonly #stage: Stage;
  readonly #violations: unknown[] = [];
  #moment = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** One invocation to which nothing happens. */
  async playAlone<Answer>(run: Actor<Answer>['run']): Promise<Answer> {
    const [played] = await this.play([{ name: 'alone', mishap: undefined, skewMs: 0, run }]);
    assert(played, 'whoever plays has an answer');
    if (played.answer instanceof Error) throw played.answer;
    return played.answer;
  }

  /** Until nobody is left; the clock turns by each of `turnsMs` at any moment. */
  async play<Answer>(
    actors: readonly Actor<Answer>[],
    turnsMs: readonly number[] = [],
  ): Promise<readonly Played<Answer>[]> {
    const isSleeper = ({ mishap }: Actor<Answer>) => mishap?.kind === 'sleeps';
    const turned = this.#turn(turnsMs);
    const awake = actors.filter((actor) => !isSleeper(actor));
    const early = new Map(awake.map((actor) => [actor, this.#run(actor, turned)]));
    const others = Promise.all([turned, ...early.values()]);
    const running = actors.map((actor) => early.get(actor) ?? this.#run(actor, others));
    await this.#stage.scheduler.waitFor(Promise.all([turned, ...running]));
    if (this.#violations.length > 0) throw this.#violations[0];
    return Promise.all(running);
  }

  async #turn(turnsMs: readonly number[]): Promise<void> {
    for (const ms of turnsMs) {
      await this.#next(`the clock turns by ${ms} ms`);
      this.#stage.clock.advance(ms);
    }
  }

  async #run<Answer>(actor: Actor<Answer>, others: Promise<unknown>): Promise<Played<Answer>> {
    const { name, mishap, skewMs } = actor;
    const began = await this.#next(`${name} begins`);
    const { clock } = this.#stage;
    const next = (what: string) => this.#next(`${name}: ${what}`);
    const life = new Life({ mishap, others, next, stage: this.#watched() });
    const [settled] = await Promise.allSettled([
      actor.run({
        clock: () => instant(epochMs(clock()) + skewMs),
        own: life.client({ isRepeating: true }),
        provider: life.client({ isRepeating: false }),
      }),
    ]);
    const answer = settled.status === 'fulfilled' ? settled.value : asError(settled.reason);
    return { began, ended: this.#moment, answer: life.isDead ? new Died() : answer };
  }

  /** A violation must not look like a failed call to the one who made it. */
  #watched(): Stage {
    const check = () => {
      try {
        this.#stage.check();
      } catch (violation) {
        this.#violations.push(violation);
      }
    };
    return { ...this.#stage, check };
  }

  async #next(what: string): Promise<number> {
    await this.#stage.scheduler.schedule(Promise.resolve(), what);
    this.#moment += 1;
    return this.#moment;
  }
}

type Call = { readonly name: string; readonly input: unknown };
type Circumstances = {
  readonly mishap: Mishap | undefined;
  /** Settled when everybody who is awake is done. */
  readonly others: Promise<unknown>;
  readonly next: (what: string) => Promise<unknown>;
  readonly stage: Stage;
};

/** One invocation's calls, until it is over. */
class Life {
  isDead = false;
  readonly #circumstances: Circumstances;
  readonly #untilMs: number;
  #calls = 0;

  constructor(circumstances: Circumstances) {
    this.#circumstances = circumstances;
    this.#untilMs = epochMs(circumstances.stage.clock()) + timeouts.sagaStepMs;
  }

  client({ isRepeating }: { isRepeating: boolean }): DynamoDBClient {
    return clientOf((name, input) => this.#call({ name, input }, isRepeating));
  }

  async #call(call: Call, isRepeating: boolean): Promise<unknown> {
    const { mishap, others, next } = this.#circumstances;
    this.#calls += 1;
    const kind = mishap?.atCall === this.#calls ? mishap.kind : undefined;
    this.#dieAfter(this.#untilMs);
    if (kind === 'sleeps') await others;
    await next(call.name);
    this.#dieAfter(this.#untilMs + lagMs);
    if (kind === 'dies before') this.#die();
    if (kind === 'is throttled')
      throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    if (kind === 'is sent twice' && isRepeating) {
      await this.#effect(call);
      await next(`${call.name} again`);
    }
    const effect = await this.#effect(call);
    if (kind === 'dies after') this.#die();
    if (effect.status === 'rejected') throw effect.reason;
    return effect.value;
  }

  async #effect({ name, input }: Call) {
    const { tables, check } = this.#circumstances.stage;
    const [effect] = await Promise.allSettled([tables.answer(name, input)]);
    check();
    return effect;
  }

  #dieAfter(untilMs: number): void {
    if (this.isDead || epochMs(this.#circumstances.stage.clock()) >= untilMs) this.#die();
  }

  #die(): never {
    this.isDead = true;
    throw new Died();
  }
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason));
