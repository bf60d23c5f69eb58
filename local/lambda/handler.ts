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

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; an answer has a frame. */
const largestEventBytes = 6 * 1024 * 1024;
const largestAnswerBytes = largestEventBytes + 100;

/**
 * Runs the import of a module. As in Lambda's Node.js runtime only what cannot be found or parsed
 * becomes an error of the runtime; what the module itself throws stays what it is.
 */
export function asModule(
  { name, handler }: FunctionModel,
  load: () => Record<string, unknown>,
): Record<string, unknown> {
  try {
    return load();
  } catch (cause) {
    const fault = importFault(cause);
    if (!fault) throw cause;
    const what = `Error: Cannot load ${handler} of ${name}: ${messageOf(cause)}`;
    throw new HandlerFault(fault, what, { cause });
  }
}

function importFault(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return 'Runtime.UserCodeSyntaxError';
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 'MODULE_NOT_FOUND' ? 'Runtime.ImportModuleError' : undefined;
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
  const bytes = Buffer.byteLength(text);
  if (bytes > largestAnswerBytes)
    throw new HandlerFault(
      'Function.ResponseSizeTooLarge',
      `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${largestAnswerBytes} bytes).`,
    );
  return JSON.parse(text) as unknown;
}

/** The handler's own copy of the event. */
export function asEvent(event: unknown): unknown {
  const text = JSON.stringify(event) ?? 'null';
  const bytes = Buffer.byteLength(text);
  if (bytes > largestEventBytes)
    throw new HandlerFault(
      'RequestTooLargeException',
      `Request must be smaller than ${largestEventBytes} bytes for the InvokeFunction operation, and has ${bytes}`,
    );
  return JSON.parse(text) as unknown;
}

/** The cause of an error is not part of it: on AWS it is nowhere to be seen. */
export function asOutcome(error: unknown): ErrorOutcome {
  if (!isErrorLike(error))
    return { kind: 'error', errorType: typeof error, errorMessage: String(error), trace: [] };
  const { name, message, stack } = error;
  return { kind: 'error', errorType: name, errorMessage: message, trace: stack.split('\n') };
}

export const timedOut = (requestId: string, timeoutMs: number): ErrorOutcome => ({
  kind: 'error',
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  trace: [],
});

type ErrorLike = { name: string; message: string; stack: string };

const isErrorLike = (error: unknown): error is ErrorLike =>
  error instanceof Error && typeof error.name === 'string' && typeof error.stack === 'string';

const messageOf = (error: unknown): string => (isErrorLike(error) ? error.message : String(error));
