/** Functions for tests: their source bundled as the pipeline's are, and a model of their deployment. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import type { FunctionModel } from '../../../local/template/model.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Bundles TypeScript source into a fresh folder, which it returns and which goes with the tests. */
export async function bundle(source: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'everonce-test-'));
  folders.push(folder);
  const assetDir = join(folder, 'asset');
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: join(assetDir, 'index.js'),
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  return assetDir;
}

export const functionModel = (
  assetDir: string,
  overrides: Partial<FunctionModel> = {},
): FunctionModel => ({
  logicalId: 'Sample',
  name: 'sample',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:sample',
  assetDir,
  handler: 'index.handler',
  environment: {},
  timeoutMs: 3000,
  memoryMb: 256,
  reservedConcurrency: undefined,
  roleArn: 'arn:aws:iam::000000000000:role/sample',
  logGroup: '/aws/lambda/sample',
  ...overrides,
});
