/** Node's `crypto` as a function sees it: real, but in virtual time its randomness is the seed's. */
import nodeCrypto from 'node:crypto';
import { uuid } from '../gateway/identifiers.ts';
import type { Kernel } from '../kernel/kernel.ts';

export interface EnvironmentCrypto {
  /** `node:crypto`. */
  readonly module: object;
  /** The global `crypto`. */
  readonly web: object;
}

export function createCrypto(kernel: Kernel): EnvironmentCrypto {
  if (kernel.mode === 'real') return { module: nodeCrypto, web: globalThis.crypto };
  const web = createWebCrypto(kernel);
  const own = Object.getOwnPropertyDescriptors({ ...createRandom(kernel), ...web, webcrypto: web });
  const real = Object.getOwnPropertyDescriptors(nodeCrypto);
  const module = Object.defineProperties({}, { ...real, ...own });
  return { module, web };
}

function createWebCrypto(kernel: Kernel) {
  return {
    getRandomValues: <T extends NodeJS.TypedArray>(target: T): T => fill(kernel, target),
    randomUUID: () => uuid(kernel),
    subtle: createSubtle(kernel),
  };
}

/** WebCrypto works on other threads; the kernel waits for it. */
function createSubtle(kernel: Kernel): object {
  const { subtle } = globalThis.crypto;
  return new Proxy(subtle, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) =>
        kernel.outside(`webcrypto ${String(name)}`, () => Reflect.apply(method, target, args));
    },
  });
}

type Done<T> = (error: null, value: T) => void;

function createRandom(kernel: Kernel) {
  return {
    randomBytes(size: number, done?: Done<Buffer>) {
      return answer(fill(kernel, Buffer.alloc(size)), done);
    },
    randomFillSync: <T extends NodeJS.ArrayBufferView>(target: T): T => fill(kernel, target),
    randomFill<T extends NodeJS.ArrayBufferView>(target: T, done: Done<T>) {
      answer(fill(kernel, target), done);
    },
    randomInt(...args: [number, (number | Done<number>)?, Done<number>?]) {
      const done = args.find((arg) => typeof arg === 'function');
      const [from, to] = typeof args[1] === 'number' ? [args[0], args[1]] : [0, args[0]];
      return answer(from + Math.floor(kernel.random() * (to - from)), done);
    },
  };
}

function answer<T>(value: T, done: Done<T> | undefined): T | undefined {
  if (!done) return value;
  process.nextTick(done, null, value);
  return undefined;
}

function fill<T extends NodeJS.ArrayBufferView>(kernel: Kernel, target: T): T {
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(kernel.random() * 256);
  return target;
}
