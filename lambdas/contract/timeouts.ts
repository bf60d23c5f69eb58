/**
 * The rungs of the timeout ladder that code and stack share, in milliseconds. The stack refuses to
 * synthesize unless: provider call × tries < step function < task of the machine, and the lease is
 * shorter than the time for which a step that finds it held is tried again.
 */

/** One call to a provider, connection included. Retries live in Step Functions and SQS. */
const providerCallMs = 3_000;
const providerTries = 1;
/** Lambda timeout of every step of the saga. */
const sagaStepMs = 10_000;
/** How far two Lambdas' clocks may differ: an assumption. */
const clockSkewMs = 5_000;
/** How long the carrier may go on working on a request whose caller is gone: an assumption. */
const carrierLagMs = 15_000;
/**
 * How long what the payment provider has made may be missing from its search: an assumption, which is
 * twice what it promises.
 */
const paymentSearchLagMs = 120_000;

export const timeouts = {
  providerCallMs,
  providerTries,
  sagaStepMs,
  clockSkewMs,
  paymentSearchLagMs,
  /** For how long one trier of a shipment keeps all others from the carrier. */
  carrierLeaseMs: sagaStepMs + clockSkewMs + carrierLagMs,
} as const;
