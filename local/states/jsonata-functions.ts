/**
 * The functions Step Functions adds to JSONata 2.0.6, and the built-in ones that read a clock or
 * draw at random, bound to the kernel instead.
 */
import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Kernel } from '../kernel/kernel.ts';
import { seededRandom } from '../kernel/random.ts';

type BuiltIn = { readonly implementation: (this: unknown, ...args: unknown[]) => unknown };

const builtIn = async (name: string): Promise<BuiltIn> => jsonata(`$${name}`).evaluate(undefined);
const fromMillis = await builtIn('fromMillis');
const toMillis = await builtIn('toMillis');

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

export function bindFunctions(expression: jsonata.Expression, kernel: Kernel): void {
  bindClock(expression, kernel);
  bindChance(expression, kernel);
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('parse', (text: string) => JSON.parse(text) as unknown, '<s:x>');
}

function bindClock(expression: jsonata.Expression, kernel: Kernel): void {
  const now = (picture?: string, timezone?: string): unknown =>
    fromMillis.implementation(kernel.now(), picture, timezone);
  /** A picture without a date means today. */
  const millisOf = (text?: string, picture?: string): unknown => {
    const focus = { environment: { timestamp: new Date(kernel.now()) } };
    return toMillis.implementation.call(focus, text, picture);
  };
  expression.registerFunction('now', now, '<s?s?:s>');
  expression.registerFunction('millis', () => kernel.now(), '<:n>');
  expression.registerFunction('toMillis', millisOf, '<s-s?:n>');
}

function bindChance(expression: jsonata.Expression, kernel: Kernel): void {
  const random = (seed?: number): number =>
    seed === undefined ? kernel.random() : seededRandom(seed)();
  const shuffle = (values?: readonly unknown[]): unknown[] | undefined =>
    values
      ?.map((value) => ({ value, rank: kernel.random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ value }) => value);
  expression.registerFunction('random', random, '<n?:n>');
  expression.registerFunction('uuid', () => uuid(kernel), '<:s>');
  expression.registerFunction('shuffle', shuffle, '<a:a>');
}

/** A version 4 UUID from the kernel's chance. */
export function uuid(kernel: Kernel): string {
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(kernel.random() * 256));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function partition(values: readonly unknown[], size: number): unknown[][] {
  const length = Math.floor(size);
  if (!(length > 0)) throw new Error(`$partition needs a size above 0, got ${size}`);
  const count = Math.ceil(values.length / length);
  return Array.from({ length: count }, (_, at) => values.slice(at * length, (at + 1) * length));
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('$range needs a step other than 0');
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  return Array.from({ length: count }, (_, at) => first + at * step);
}

function hash(text: string, algorithm: string): string {
  const name = algorithms[algorithm];
  if (name) return createHash(name).update(text).digest('hex');
  throw new Error(`$hash knows ${Object.keys(algorithms).join(', ')}, got ${algorithm}`);
}
