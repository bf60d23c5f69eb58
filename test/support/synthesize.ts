/** Bundles and synthesizes once, before all tests: they run on the template that would be deployed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { assemblyDir } from './assembly.ts';

export function setup(): void {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
  execFileSync(process.execPath, ['bin/app.ts'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      CDK_OUTDIR: assemblyDir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      EVERONCE_FAST_SYNTH: '1',
    },
  });
}
