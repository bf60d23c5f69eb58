/** Errors as the States Language knows them: a name that Retry and Catch match, and a cause. */

export class StateError extends Error {
  override readonly name = 'StateError';
  /** What `ErrorEquals` is compared with. */
  readonly error: string;
  readonly reason: string | undefined;
  /** The field whose expression failed. */
  readonly location: string | undefined;

  constructor(error: string, reason?: string, location?: string) {
    super(`${error}: ${reason ?? 'no cause given'}`);
    this.error = error;
    this.reason = reason;
    this.location = location;
  }
}

/** Ends an execution whatever it would retry or catch. */
export const runtimeError = 'States.Runtime';
export const dataLimitExceeded = 'States.DataLimitExceeded';
export const timeoutError = 'States.Timeout';
export const queryEvaluationError = 'States.QueryEvaluationError';

/**
 * Whether an `ErrorEquals` list matches. The wildcards leave out what AWS calls terminal:
 * `States.DataLimitExceeded` must be named, and nothing matches `States.Runtime`.
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === runtimeError) return false;
  if (errorEquals.includes(error)) return true;
  if (error === dataLimitExceeded) return false;
  if (errorEquals.includes('States.ALL')) return true;
  return errorEquals.includes('States.TaskFailed') && error !== timeoutError;
}
