/** What an HTTP route sees and answers; API Gateway's shapes stop at the adapter. */
import type * as z from 'zod/mini';
import type { Principal } from '../domain/values.ts';
import { type Problem, type ProblemError, type ProblemKind, problem } from './problems.ts';

export type HttpRequest = {
  /** Who calls. Refuses with 401 when the token lacks an issuer or a subject. */
  readonly principal: Principal;
  readonly method: string;
  /** Path as requested, without the query. */
  readonly rawPath: string;
  /** Path parameters, decoded. */
  readonly path: Readonly<Record<string, string | undefined>>;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** API Gateway's id of this request, and so of this attempt: fresh for every retry of a client. */
  readonly requestId: string;
  /** Reads the JSON body; refuses with 413, 415 or 400, naming what is wrong by pointer. */
  readJson<T>(schema: z.ZodMiniType<T>): T;
  /** Reads the query parameters, all of them strings; refuses with 400. */
  readQuery<T>(schema: z.ZodMiniType<T>): T;
  /** Time left, in ms, until the function is cut off. */
  remainingMs(): number;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Becomes JSON; absent for answers without a body. */
  readonly body?: unknown;
};

export type Headers = Readonly<Record<string, string>>;

export const problemContentType = 'application/problem+json';

/** A problem as an answer. */
export const problemAnswer = (problem: Problem, headers: Headers = {}): HttpAnswer => ({
  status: problem.status,
  headers: { ...headers, 'content-type': problemContentType, 'cache-control': 'no-store' },
  body: problem,
});

/** Builds and wraps in one step: `return refusal('not-found', 'There is no such order.')`. */
export const refusal = (kind: ProblemKind, detail: string, headers: Headers = {}): HttpAnswer =>
  problemAnswer(problem(kind, detail), headers);

/** Thrown while a request is being read, so that reading stays an expression; answered by the adapter. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly answer: HttpAnswer;

  constructor(
    kind: ProblemKind,
    detail: string,
    { errors, headers }: { errors?: readonly ProblemError[]; headers?: Headers } = {},
  ) {
    super(`${kind}: ${detail}`);
    this.answer = problemAnswer(problem(kind, detail, errors), headers);
  }
}
