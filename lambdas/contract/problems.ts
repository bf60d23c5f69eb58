/**
 * The problems (RFC 9457) that our code answers. A `type` is stable and documented; its status and
 * title never vary, `detail` says what happened here, without payload and without names from inside.
 */
export const problemKinds = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'The token does not say who calls' },
  'not-found': { status: 404, title: 'There is no such resource' },
  'method-not-allowed': { status: 405, title: 'The resource does not support this method' },
  'order-decided': { status: 409, title: 'The order is already decided' },
  'insufficient-stock': { status: 409, title: 'There is not that much stock' },
  'request-in-progress': { status: 409, title: 'The first request with this key is still running' },
  'stale-version': { status: 412, title: 'The resource has changed since that version' },
  'payload-too-large': { status: 413, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, title: 'The request body must be application/json' },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key was used for another request',
  },
  'unknown-product': { status: 422, title: 'A product is not sold here' },
  'currency-mismatch': { status: 422, title: 'The products are priced in different currencies' },
  'precondition-required': { status: 428, title: 'The request needs an If-Match header' },
  'internal-error': { status: 500, title: 'Something is broken on our side' },
  unavailable: { status: 503, title: 'The outcome is unknown; repeat the request' },
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** Where in the body (JSON Pointer, RFC 6901, as a URI fragment) or in which query parameter. */
export type ProblemError = { readonly detail: string } & (
  | { readonly pointer: string }
  | { readonly parameter: string }
);

/** The body of an `application/problem+json` answer. */
export type Problem = {
  /** Reference relative to the API's root, `/problems/<kind>`: a name, not a page to fetch. */
  readonly type: `/problems/${ProblemKind}`;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
};

export function problem(
  kind: ProblemKind,
  detail: string,
  errors: readonly ProblemError[] = [],
): Problem {
  const { status, title } = problemKinds[kind];
  const type = `/problems/${kind}` as const;
  return { type, title, status, detail, ...(errors.length > 0 && { errors }) };
}
