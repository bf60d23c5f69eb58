/**
 * The functions Step Functions adds to JSONata 2.0.6, and the built-in ones that read a clock or
 * draw at random. Those are a kernel's own and come with each evaluation, so that a compiled
 * expression serves many kernels.
 */
import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Kernel } from '../kernel/kernel.ts';
import { seededRandom } from '../kernel/random.ts';

/** As JSONata keeps its functions. */
type Known = {
  readonly implementation: (this: unknown, ...args: unknown[]) => unknown;
  readonly signature?: object;
};

const builtIn = async (name: string): Promise<Known> => jsonata(`$${name}`).evaluate(undefined);
const fromMillis = await builtIn('fromMillis');
const toMillis = await builtIn('toMillis');

const signatures = {
  now: await signature('<s?s?:s>'),
  millis: await signature('<:n>'),
  toMillis: await signature('<s-s?:n>'),
  random: await signature('<n?:n>'),
  uuid: await signature('<:s>'),
  shuffle: await signature('<a:a>'),
};

async function signature(text: string): Promise<object | undefined> {
  const probe = jsonata('$probe');
  probe.registerFunction('probe', () => undefined, text);
  return ((await probe.evaluate(undefined)) as Known).signature;
}

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** What depends on nothing but its arguments. */
export function registerPure(expression: jsonata.Expression): void {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('parse', (text: string) => JSON.parse(text) as unknown, '<s:x>');
}

export type KernelFunctions = Readonly<Record<keyof typeof signatures, object>>;

/** By name, to be bound in an evaluation. */
export function functionsOf(kernel: Kernel): KernelFunctions {
  const implementations = { ...clockOf(kernel), ...chanceOf(kernel) };
  const known = (name: keyof typeof signatures) => ({
    ...{ _jsonata_function: true, implementation: implementations[name] },
    signature: signatures[name],
  });
  return {
    ...{ now: known('now'), millis: known('millis'), toMillis: known('toMillis') },
    ...{ random: known('random'), uuid: known('uuid'), shuffle: known('shuffle') },
  };
}

function clockOf(kernel: Kernel) {
  const now = (picture?: string, timezone?: string): unknown =>
    fromMillis.implementation(kernel.now(), picture, timezone);
  /** A picture without a date means today. */
  const millisOf = (text?: string, picture?: string): unknown => {
    const focus = { environment: { timestamp: new Date(kernel.now()) } };
    return toMillis.implementation.call(focus, text, picture);
  };
  return { now, millis: () => kernel.now(), toMillis: millisOf };
}

function chanceOf(kernel: Kernel) {
  const random = (seed?: number): number =>
    seed === undefined ? kernel.random() : seededRandom(seed)();
  const shuffle = (values?: readonly unknown[]): unknown[] | undefined =>
    values
      ?.map((value) => ({ value, rank: kernel.random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ value }) => value);
  return { random, uuid: () => uuid(kernel), shuffle };
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
