/** Numbers in the environment: what is set, but is none, stops the function when it loads. */
import { PermanentFault } from '../contract/faults.ts';

/** A whole number above zero. */
export function positiveInteger<Name extends string>(
  variables: Readonly<Record<Name, string>>,
  name: Name,
): number {
  const value = Number(variables[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new PermanentFault(`${name} must be a whole number above 0, not '${variables[name]}'`);
}
