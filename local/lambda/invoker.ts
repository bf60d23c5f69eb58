/** How the rest of the engine calls functions. */

export type InvokeOutcome =
  | { readonly kind: 'ok'; readonly payload: unknown }
  /** The handler threw, or its environment crashed or timed out. */
  | {
      readonly kind: 'error';
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace: readonly string[];
    }
  /** No environment was free: 429, nothing ran. */
  | { readonly kind: 'throttled' };

export interface Invoker {
  /**
   * `event` is JSON; the handler gets its own copy. `source` names the caller in the trace; `roleArn` is
   * whose permissions count, where the caller has not been asked about them already.
   */
  invoke(
    functionName: string,
    event: unknown,
    source: string,
    roleArn?: string,
  ): Promise<InvokeOutcome>;
}

/** How far real deliveries may deviate from one-in-order; all zero = the kindest AWS there is. */
export interface DeliveryChaos {
  /** Probability that an at-least-once delivery happens a second time. */
  readonly repeat: number;
  /** Longest extra delay, in ms, by which one delivery may fall behind another. */
  readonly overtakeMs: number;
  /** Probability that a best-effort event, such as a change of status, is never sent. @default 0 */
  readonly drop?: number;
}
