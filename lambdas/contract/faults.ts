/**
 * The two classes of fault, and the one error a business refusal becomes at the saga's boundary.
 * `name` is literal: Step Functions, and nobody else, matches errors by it.
 */

/** A retry can help: throttled, timed out, outcome unknown, or a version race was lost. */
export class TransientFault extends Error {
  override readonly name = 'TransientFault';
}

/** No retry can help: unparseable, or a contract is broken. Someone has to look. */
export class PermanentFault extends Error {
  override readonly name = 'PermanentFault';
}

/**
 * A business "no", thrown only by the entry of a saga step: Step Functions catches an error for
 * free and charges for a branch. The message is the reason's code, nothing else.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
