/**
 * What a scenario can do: be a client, be an operator, let time pass. Every request is recorded with
 * its outcome; an unknown one is tried again with the same key, as clients do.
 */
import type { Engine } from '../../local/engine.ts';
import type { EngineRequest, EngineResponse } from '../../local/http-api/client.ts';
import { sleep } from '../../local/kernel/kernel.ts';
import { Operators } from './operators.ts';
import { type Ask, cancelling, type Look, placing, reading, type Wish } from './requests.ts';
import type { Operation } from './world.ts';

export type { Ask, Look, Wish };

/** One request on its way; faults at boundary 1 stand between. Undefined: no answer came. */
export type Wire = (
  request: EngineRequest,
  send: (request: EngineRequest) => Promise<EngineResponse>,
) => Promise<EngineResponse | undefined>;

export interface StageSettings {
  readonly engine: Engine;
  readonly wire: Wire;
  /** Told of each request when it begins and again when it has ended. */
  readonly onOperation: (operation: Operation) => void;
  /** Entry of a function by its name, e.g. `place-order`. */
  readonly entryOf: (functionName: string) => string;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
/** Waits double from a second on; a client gives up after a wait of this. */
const lastPauseMs = 32 * secondMs;
/** Between two looks at the engine: a look costs an event, waiting longer than needed nothing. */
const longestLookMs = 2 * minuteMs;
/** Above the longest undo, with all its tries. */
const quietWithinMs = 3 * 60 * minuteMs;
/** Tokens are good for an hour. */
const tokenUsedForMs = 30 * minuteMs;

export class Stage {
  /** What operators do past the API. */
  readonly operators: Operators;
  readonly #settings: StageSettings;
  readonly #tokens = new Map<string, { readonly token: string; readonly sinceMs: number }>();

  constructor(settings: StageSettings) {
    this.#settings = settings;
    this.operators = new Operators(settings, this);
  }

  now(): number {
    return this.#settings.engine.kernel.now();
  }

  sleep(durationMs: number): Promise<void> {
    return sleep(this.#settings.engine.kernel, durationMs, 'the story');
  }

  /** Waits for `event`, but no longer than this. */
  async within(limitMs: number, event: Promise<unknown>): Promise<void> {
    await Promise.race([event, this.sleep(limitMs)]);
  }

  /** Looks at growing intervals; answers whether it came true within the limit. */
  async until(isTrue: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.now() + limitMs;
    for (let waitMs = secondMs; !isTrue() && this.now() < endMs; waitMs *= 2)
      await this.sleep(Math.min(waitMs, longestLookMs, endMs - this.now()));
    return isTrue();
  }

  /** Until nothing is in flight; what is delayed on purpose may still be ahead. */
  quiet(): Promise<boolean> {
    return this.until(() => this.#settings.engine.isQuiet(), quietWithinMs);
  }

  /** One request, and what became of it. */
  async send({ as = 'alice', ...request }: Ask): Promise<Operation> {
    const { engine, wire, onOperation } = this.#settings;
    const token = await this.#token(as);
    const operation: Operation = {
      ...{ client: as, request, startedMs: this.now(), outcome: 'pending' },
    };
    onOperation(operation);
    const answer = await wire({ token, ...request }, (sent) => engine.request(sent));
    Object.assign(operation, answer ? answered(answer) : { outcome: 'info' });
    operation.endedMs = this.now();
    onOperation(operation);
    return operation;
  }

  /** Sends it again after growing pauses until its outcome is known; gives up at last. */
  async persist(ask: Ask): Promise<Operation> {
    for (let pauseMs = secondMs; ; pauseMs *= 2) {
      const operation = await this.send(ask);
      if (isFinal(operation) || pauseMs > lastPauseMs) return operation;
      await this.sleep(pauseMs);
    }
  }

  /** Id of the order; undefined when it was refused or the client has given up. */
  async place(key: string, wish?: Wish): Promise<string | undefined> {
    const { status, json } = await this.persist(placing(key, wish));
    return status === 202 ? (json as { id: string }).id : undefined;
  }

  cancel(id: string, version = 1, as?: string): Promise<Operation> {
    return this.persist(cancelling(id, version, as));
  }

  read(id: string, look?: Look): Promise<Operation> {
    return this.persist(reading(id, look));
  }

  async #token(client: string): Promise<string> {
    const kept = this.#tokens.get(client);
    const nowMs = this.now();
    if (kept && nowMs - kept.sinceMs < tokenUsedForMs) return kept.token;
    const scope = client === 'operator' ? 'operator' : 'orders';
    const token = await this.#settings.engine.token(client, scope);
    this.#tokens.set(client, { token, sinceMs: nowMs });
    return token;
  }
}

type Ended = Pick<Operation, 'outcome' | 'status' | 'headers' | 'text' | 'json'>;

function answered({ status, headers, text, json }: EngineResponse): Ended {
  return { outcome: outcomeOf(status), status, headers, text, json };
}

/** A refusal has had no effect; after an error on the other side nobody knows. */
function outcomeOf(status: number): Operation['outcome'] {
  if (status >= 500) return 'info';
  return status >= 400 ? 'fail' : 'ok';
}

/** Throttled, or beside a first request that still runs, a client asks once more. */
function isFinal({ outcome, status, json }: Operation): boolean {
  if (outcome === 'info' || status === 429) return false;
  return (json as { type?: string } | undefined)?.type !== '/problems/request-in-progress';
}
