/**
 * Reads what a function answers under ReportBatchItemFailures. Lambda takes a missing list for
 * success and a malformed one for the failure of everything; both are easy to answer by mistake.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */

/** The identifiers that failed, none when all succeeded, or the batch as a whole. */
export type ItemFailures = ReadonlySet<string> | 'whole batch';

export function readItemFailures(answer: unknown, batchIds: readonly string[]): ItemFailures {
  if (answer === null || answer === undefined) return nothing;
  if (typeof answer !== 'object' || Array.isArray(answer)) return 'whole batch';
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === null || failures === undefined) return nothing;
  if (!Array.isArray(failures)) return 'whole batch';
  const known = new Set(batchIds);
  const failed = failures.map((failure) => identifierOf(failure));
  return failed.every((id) => id !== undefined && known.has(id))
    ? new Set(failed as string[])
    : 'whole batch';
}

const nothing: ReadonlySet<string> = new Set();

function identifierOf(failure: unknown): string | undefined {
  const { itemIdentifier } = (failure ?? {}) as { itemIdentifier?: unknown };
  return typeof itemIdentifier === 'string' ? itemIdentifier : undefined;
}
