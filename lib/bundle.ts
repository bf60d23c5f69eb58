/** Bundles every function in one call of esbuild: 1.5 s for all, where one call each takes 17 s. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lambdas = join(root, 'lambdas');
const target = join(root, 'build', 'lambdas');

/** Names of all entries: the files directly in `lambdas/`. */
export const entries = (): string[] =>
  readdirSync(lambdas, { withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => basename(file.name, '.ts'))
    .sort();

/** Folder of a bundled entry; it holds `index.js`. */
export const bundleOf = (entry: string): string => join(target, entry);

/**
 * How entries are bundled, one folder each in `outdir`. Minified CommonJS with the SDK's ES modules
 * inside: 345 KB and 81 ms to load, where CDK's default makes 1,348 KB and 123 ms.
 */
export const bundling = (names: readonly string[], outdir: string) =>
  ({
    entryPoints: names.map((entry) => ({
      in: join(lambdas, `${entry}.ts`),
      out: join(entry, 'index'),
    })),
    outdir,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(root, 'lib', 'lambda-credentials.ts') },
    legalComments: 'none',
    logLevel: 'warning',
  }) satisfies BuildOptions;

export async function bundleAll(): Promise<Metafile> {
  const { metafile } = await build({ ...bundling(entries(), target), metafile: true });
  return metafile;
}
