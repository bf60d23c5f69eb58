/**
 * AWS's limits on variables: 256 KiB for what one state assigns, 10 MiB for all an execution has.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
import { maxPayloadBytes } from './payload.ts';

type Variables = Readonly<Record<string, unknown>>;

export const maxStoredBytes = 10 * 1024 * 1024;

/** The JSON text of each, by name. */
export const textsOf = (variables: Variables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]),
  );

/** Why AWS would not take what a state assigns, beside what was there before. */
export function problemOf(assigned: Variables, before: Variables): string | undefined {
  const assignedBytes = bytesOf(assigned);
  if (assignedBytes > maxPayloadBytes)
    return `The variables the state assigns have ${assignedBytes} bytes, at most ${maxPayloadBytes} are allowed.`;
  const storedBytes = bytesOf({ ...before, ...assigned });
  if (storedBytes > maxStoredBytes)
    return `The variables of the execution have ${storedBytes} bytes, at most ${maxStoredBytes} are allowed.`;
  return undefined;
}

const bytesOf = (variables: Variables): number =>
  Object.values(variables).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(JSON.stringify(value)),
    0,
  );
