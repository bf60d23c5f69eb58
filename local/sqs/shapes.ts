/** Shapes that the JSON protocol gives to members; what has another is refused before it is read. */
import { AwsError } from '../gateway/service.ts';

export type Structure = Readonly<Record<string, unknown>>;

export const isStructure = (value: unknown): value is Structure =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A map or structure; empty when it is left out. */
export function structureOf(value: unknown, name: string): Structure {
  if (value === undefined || value === null) return {};
  if (isStructure(value)) return value;
  throw wrongShape(name, value, 'an object');
}

/** Texts; none when they are left out. */
export function textsOf(value: unknown, name: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw wrongShape(name, value, 'a list of strings');
}

export const wrongShape = (name: string, value: unknown, expected: string): AwsError =>
  new AwsError(
    'SerializationException',
    `${name} is ${JSON.stringify(value)}, but must be ${expected}.`,
  );
