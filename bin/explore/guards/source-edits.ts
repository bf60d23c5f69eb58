/** The product's sources with guards taken out. An edit that does not fit exactly once is an error. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { type Guard, GuardMoved, isSourceEdit, type SourceEdit } from './guard.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Absolute paths with the texts that stand for their files; only the files that change. */
export type ChangedSources = ReadonlyMap<string, string>;

export function sourcesWithout(guards: readonly Guard[]): ChangedSources {
  const sources = new Map<string, string>();
  for (const guard of guards)
    for (const edit of guard.edits.filter(isSourceEdit)) {
      const path = join(root, edit.file);
      sources.set(path, edited(sources.get(path) ?? readSource(guard, path), edit, guard));
    }
  return sources;
}

function readSource({ id, name }: Guard, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new GuardMoved(`${id} (${name}): cannot read ${path}: find where the guard is now`, {
      cause,
    });
  }
}

function edited(text: string, { file, find, replace }: SourceEdit, { id, name }: Guard): string {
  const [before = '', after, ...more] = text.split(find);
  if (after !== undefined && more.length === 0) return `${before}${replace}${after}`;
  const times = after === undefined ? 0 : more.length + 1;
  throw new GuardMoved(
    `${id} (${name}): ${file} has its text ${times} times, expected once; find where the guard is now:\n${find}`,
  );
}

/** Has esbuild read the changed texts instead of the files. */
export const readingInstead = (sources: ChangedSources): Plugin => ({
  name: 'without-guards',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lambdas[\\/].*\.ts$/ }, ({ path }) => {
      const contents = sources.get(path);
      return contents === undefined ? undefined : { contents, loader: 'ts' };
    });
  },
});
