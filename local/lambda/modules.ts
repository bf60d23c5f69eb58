/**
 * What a function may `require`: Node's pure modules as they are, time, chance, processes and the
 * network as the engine has them, and nothing that reaches the host.
 */
import type { Require } from './bundle.ts';

/** Modules without clock, chance or outside. */
const pure = new Set([
  ...['assert', 'assert/strict', 'async_hooks', 'buffer', 'constants', 'diagnostics_channel'],
  ...['events', 'os', 'path', 'path/posix', 'path/win32', 'punycode', 'querystring', 'stream'],
  ...['stream/consumers', 'stream/promises', 'stream/web', 'string_decoder', 'url', 'util'],
  ...['util/types', 'zlib'],
]);

/** Modules that may be loaded, because bundles do at their top, but not used. */
const refused = new Set([
  ...['child_process', 'cluster', 'dgram', 'dns', 'dns/promises', 'http2', 'net', 'tls'],
  ...['worker_threads', 'readline', 'tty', 'v8', 'vm'],
]);

/** `own` holds what the environment brings itself, by name without `node:`. */
export function createRequire(
  functionName: string,
  own: Readonly<Record<string, () => unknown>>,
): Require {
  const loaded = new Map<string, unknown>();
  return (specifier) => {
    const name = specifier.replace(/^node:/, '');
    if (!loaded.has(name)) loaded.set(name, load(name, functionName, own));
    return loaded.get(name);
  };
}

function load(
  name: string,
  functionName: string,
  own: Readonly<Record<string, () => unknown>>,
): unknown {
  if (Object.hasOwn(own, name)) return own[name]?.();
  if (pure.has(name)) return process.getBuiltinModule(name);
  if (name === 'fs') return emptyFs;
  if (name === 'fs/promises') return emptyFs.promises;
  if (refused.has(name)) return refuseUse(name, functionName);
  const what = `${functionName} requires '${name}', which the local engine does not offer; bundle it`;
  throw Object.assign(new Error(what), { code: 'MODULE_NOT_FOUND' });
}

/** Every function of the module throws when it is called, and not before. */
function refuseUse(name: string, functionName: string): object {
  const real = process.getBuiltinModule(name) as Record<string, unknown> | undefined;
  return mapFunctions(real ?? {}, (member) => () => {
    throw new Error(`${functionName} uses ${name}.${member}, which the local engine refuses`);
  });
}

function createEmptyFs() {
  const fs = process.getBuiltinModule('node:fs') as unknown as Record<string, unknown>;
  const rejects = (name: string) => async (path: unknown) => {
    throw missing(name, path);
  };
  const promises = mapFunctions(fs.promises as Record<string, unknown>, rejects);
  return { ...mapFunctions(fs, fail), existsSync: () => false, promises };
}

/** Callback style fails through the callback, the rest by throwing. */
const fail =
  (name: string) =>
  (...args: unknown[]) => {
    const done = args.at(-1);
    const error = missing(name.replace(/Sync$/, ''), args[0]);
    if (typeof done !== 'function') throw error;
    process.nextTick(done as (error: Error) => void, error);
  };

const missing = (call: string, path: unknown): Error =>
  Object.assign(new Error(`ENOENT: no such file or directory, ${call} '${String(path)}'`), {
    code: 'ENOENT',
    errno: -2,
    syscall: call,
    path,
  });

function mapFunctions(
  module: Record<string, unknown>,
  replace: (name: string) => unknown,
): Record<string, unknown> {
  const mapped: Record<string, unknown> = {};
  for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(module)))
    if (!get) mapped[name] = typeof value === 'function' ? replace(name) : value;
  return mapped;
}

/** A file system with nothing in it: else the SDK would read the user's own AWS profile. */
const emptyFs = createEmptyFs();
