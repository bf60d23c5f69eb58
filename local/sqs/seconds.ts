/** Whole numbers of a request, in the range AWS gives for them. */
import { invalidParameter } from './errors.ts';

type Input = Readonly<Record<string, unknown>>;
type Range = { readonly min: number; readonly max: number };

/** In milliseconds; undefined when the request does not say. */
export function secondsOf(input: Input, name: string, max: number): number | undefined {
  const seconds = integerOf(input, name, { min: 0, max });
  return seconds === undefined ? undefined : seconds * 1000;
}

export function integerOf(input: Input, name: string, { min, max }: Range): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) {
    return value as number;
  }
  throw invalidParameter(name, value, `Must be between ${min} and ${max}, if provided.`);
}
