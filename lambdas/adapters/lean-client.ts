/**
 * What every SDK client of a function shares: bounded calls, and no work per call that nobody sees.
 * Which errors are faults is the business of the adapter that makes the client.
 */

export interface CallBounds {
  /** Tries in all, the first included. */
  readonly tries: number;
  /** Longest time for one try's answer, in ms; connecting may take another 300 ms. */
  readonly requestMs: number;
}

export const boundedCalls = ({ tries, requestMs }: CallBounds) => ({
  maxAttempts: tries,
  // The stack of a command is the same at every call.
  cacheMiddleware: true,
  requestHandler: {
    connectionTimeout: 300,
    requestTimeout: requestMs,
    throwOnRequestTimeout: true,
  },
});

/**
 * Takes out the middleware that prepares every input and output for a logger we do not have, and the
 * one that describes this client to AWS at every call.
 */
export function lean<Client extends { middlewareStack: { remove(name: string): boolean } }>(
  client: Client,
): Client {
  client.middlewareStack.remove('loggerMiddleware');
  client.middlewareStack.remove('getUserAgentMiddleware');
  return client;
}
