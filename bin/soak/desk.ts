/**
 * Where clients ask: every request is noted with its outcome, and one whose outcome is unknown is sent
 * again as it was, until somebody knows.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { EngineRequest, EngineResponse } from '../../local/http-api/client.ts';
import type { Ask } from '../explore/requests.ts';
import type { Operation } from '../explore/world.ts';

export type Send = (request: EngineRequest) => Promise<EngineResponse | undefined>;

export interface DeskOptions {
  /** Undefined when no answer came. */
  readonly send: Send;
  /** Access tokens by client. */
  readonly tokenOf: (client: string) => Promise<string>;
  readonly operations: Operation[];
  readonly signal: AbortSignal;
}

/** With an answer that says what became of the request. */
export type Answered = Operation & { readonly status: number };

const firstPauseMs = 50;
const longestPauseMs = 1000;

export class Desk {
  readonly #options: DeskOptions;
  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** The operation that settled it; those before it are noted too. */
  async ask({ as: client = 'alice', ...request }: Ask): Promise<Answered> {
    const { signal, tokenOf } = this.#options;
    const token = await tokenOf(client);
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      signal.throwIfAborted();
      const operation = await this.#try(client, request, token);
      if (isSettled(operation)) return operation;
      await pause(pauseMs, undefined, { signal });
    }
  }

  async #try(client: string, request: EngineRequest, token: string): Promise<Operation> {
    const startedMs = performance.now();
    const operation: Operation = { client, request, startedMs, outcome: 'pending' };
    this.#options.operations.push(operation);
    const answer = await this.#options.send({ ...request, token });
    return Object.assign(operation, {
      endedMs: performance.now(),
      outcome: outcomeOf(answer),
      ...(answer && { status: answer.status, headers: answer.headers, text: answer.text }),
    });
  }
}

/** Without an answer, or with one that only says that something went wrong, both are possible. */
export function outcomeOf(answer: { readonly status: number } | undefined): Operation['outcome'] {
  if (!answer || answer.status >= 500) return 'info';
  return answer.status < 400 ? 'ok' : 'fail';
}

/** 429 and a 409 that says when to come back had no effect, and are not the last word either. */
function isSettled(operation: Operation): operation is Answered {
  const { outcome, status, headers } = operation;
  if (outcome === 'info' || status === 429) return false;
  return !(status === 409 && headers?.['retry-after'] !== undefined);
}
