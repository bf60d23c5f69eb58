/**
 * The code of one function asset, compiled once for all its environments. It runs in the engine's
 * own realm; what it may see of time, chance and the outside is handed in under the global names.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { threadId } from 'node:worker_threads';

/** Globals of the bundle that are not Node's own. */
export const shadowedNames = [
  ...['globalThis', 'global', 'process', 'Date', 'Math', 'console', 'crypto', 'performance'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'],
  ...['clearImmediate', 'queueMicrotask', 'fetch', 'AbortSignal', 'WebSocket', 'EventSource'],
] as const;

export type Globals = Readonly<Record<string, unknown>>;
export type Require = (name: string) => unknown;

const wrapperNames = ['exports', 'require', 'module', '__filename', '__dirname', '__import'];

/** `import("node:http")` would reach the real module; the wrapper's `__import` does not. */
const dynamicImport = /(?<![.\w$])import\(\s*(["'])([\w@./:-]+)\1\s*\)/g;

type Wrapper = (...args: unknown[]) => void;

export class Bundle {
  readonly #wrapper: Wrapper;
  readonly #script: Script;
  readonly #cachePath: string;
  #isCached: boolean;

  /** `file` is the handler's file without extension, as in `index.handler`. */
  constructor(assetDir: string, file: string) {
    const code = readCode(join(assetDir, `${file}.js`));
    const names = [...wrapperNames, ...shadowedNames].join(',');
    const body = code.replace(dynamicImport, '__import($1$2$1)');
    // The closure at the end keeps `process` in reach of a debugger wherever the code is.
    const source = `(function(${names}){${body}\n;()=>process})`;
    const hash = createHash('sha256').update(source).digest('hex').slice(0, 12);
    this.#cachePath = `${assetDir}.${file}.js.${hash}.cache`;
    const cachedData = readIfThere(this.#cachePath);
    this.#script = new Script(source, { filename: `/var/task/${file}.js`, cachedData });
    this.#isCached = cachedData !== undefined && !this.#script.cachedDataRejected;
    this.#wrapper = this.#script.runInThisContext() as Wrapper;
  }

  /** Runs the module once more, from scratch, and returns its exports. */
  instantiate(globals: Globals, require: Require): Record<string, unknown> {
    const module = { exports: {} as Record<string, unknown> };
    this.#wrapper.call(
      module.exports,
      ...[module.exports, require, module, '/var/task/index.js', '/var/task'],
      async (name: string) => asNamespace(require(name)),
      ...shadowedNames.map((name) => globals[name]),
    );
    this.#keepCompiled();
    return module.exports;
  }

  /** V8's code cache lies beside the asset, not in it: an asset is deployed as it is. */
  #keepCompiled(): void {
    if (this.#isCached) return;
    this.#isCached = true;
    const ownPath = `${this.#cachePath}.${process.pid}-${threadId}`;
    try {
      writeFileSync(ownPath, this.#script.createCachedData());
      renameSync(ownPath, this.#cachePath);
    } catch (error) {
      if (!isReadOnly(error)) throw error;
    }
  }
}

function readCode(path: string): string {
  const code = readIfThere(path);
  if (code) return code.toString();
  throw Object.assign(new Error(`Cannot find module '${path}'`), { code: 'MODULE_NOT_FOUND' });
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

const isReadOnly = (error: unknown): boolean =>
  ['EROFS', 'EACCES', 'EPERM', 'ENOSPC'].includes((error as NodeJS.ErrnoException).code ?? '');

const asNamespace = (module: unknown): object =>
  typeof module === 'object' && module !== null
    ? Object.assign(Object.create(null), module, { default: module })
    : { default: module };
