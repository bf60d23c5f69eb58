/** An entry of the saga: a refusal of the shell becomes the error that Step Functions catches. */
import { Refusal } from '../contract/faults.ts';

/** What a step of the saga answers: a refusal is a value inside and an error outside. */
export type StepOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly reason: string };

export function sagaStep<Input>(
  parse: (input: unknown) => Input,
  run: (
    input: Input,
    invocation: { requestId: string; remainingMs: () => number },
  ) => Promise<StepOutcome>,
) {
  return async (
    event: unknown,
    context: { awsRequestId: string; getRemainingTimeInMillis(): number },
  ): Promise<{ outcome: 'done' }> => {
    const result = await run(parse(event), {
      requestId: context.awsRequestId,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    if (result.outcome === 'refused') throw new Refusal(result.reason);
    return { outcome: 'done' };
  };
}
