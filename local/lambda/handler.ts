/** Errors of a function as Lambda's Node.js runtime reports them. */

import type { FunctionModel } from '../template/model.ts';
import type { InvokeOutcome } from './invoker.ts';

export type ErrorOutcome = Extract<InvokeOutcome, { kind: 'error' }>;

/** An error of the runtime around the handler; `name` is Lambda's error type. */
export class HandlerFault extends Error {
  override readonly name: string;

  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** Lambda answers at most 6 MB, and takes no more. */
const largestPayloadBytes = 6 * 1024 * 1024;

/** Runs the import of a module; what it throws becomes Lambda's import error. */
export function asModule(
  { name, handler }: FunctionModel,
  load: () => Record<string, unknown>,
): Record<string, unknown> {
  try {
    return load();
  } catch (cause) {
    const what = `Error: Cannot load ${handler} of ${name}: ${messageOf(cause)}`;
    throw new HandlerFault('Runtime.ImportModuleError', what, { cause });
  }
}

/** The result as the caller gets it, through JSON. */
export function asPayload(result: unknown): unknown {
  let text: string;
  try {
    text = JSON.stringify(result) ?? 'null';
  } catch (cause) {
    const what = `Unable to stringify response body: ${messageOf(cause)}`;
    throw new HandlerFault('Runtime.MarshalError', what, { cause });
  }
  if (text.length > largestPayloadBytes)
    throw new HandlerFault(
      'Function.ResponseSizeTooLarge',
      `Response payload size (${text.length} bytes) exceeded maximum allowed payload size (${largestPayloadBytes} bytes).`,
    );
  return JSON.parse(text) as unknown;
}

/** The handler's own copy of the event. */
export function asEvent(event: unknown): unknown {
  const text = JSON.stringify(event) ?? 'null';
  if (text.length > largestPayloadBytes)
    throw new HandlerFault(
      'RequestTooLargeException',
      `Request must be smaller than ${largestPayloadBytes} bytes for the InvokeFunction operation, and has ${text.length}`,
    );
  return JSON.parse(text) as unknown;
}

export function asOutcome(error: unknown): ErrorOutcome {
  if (!isErrorLike(error))
    return { kind: 'error', errorType: typeof error, errorMessage: String(error), trace: [] };
  const { name, message, stack } = error;
  const trace = stack.split('\n');
  if (error.cause !== undefined) trace.push(...causeOf(error.cause));
  return { kind: 'error', errorType: name, errorMessage: message, trace };
}

export const timedOut = (requestId: string, timeoutMs: number): ErrorOutcome => ({
  kind: 'error',
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  trace: [],
});

type ErrorLike = { name: string; message: string; stack: string; cause?: unknown };

const isErrorLike = (error: unknown): error is ErrorLike =>
  error instanceof Error && typeof error.name === 'string' && typeof error.stack === 'string';

const causeOf = (cause: unknown): string[] =>
  isErrorLike(cause) ? `Caused by: ${cause.stack}`.split('\n') : [`Caused by: ${String(cause)}`];

const messageOf = (error: unknown): string => (isErrorLike(error) ? error.message : String(error));
