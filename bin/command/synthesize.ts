/** Runs the CDK app as the CDK's command line would, without its seconds of validation. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The app or its bundling failed; the message carries what it printed. */
export class SynthesisFailed extends Error {
  override readonly name = 'SynthesisFailed';
}

/** Writes the cloud assembly and returns its folder. Rejects with `SynthesisFailed`. */
export async function synthesize(signal?: AbortSignal): Promise<string> {
  const outdir = join(root, 'cdk.out');
  const child = spawn(process.execPath, [join(root, 'bin', 'app.ts')], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...contextOfProject(), 'everonce:fast': true }),
      EVERONCE_FAST_SYNTH: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const [code, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...end) => resolve(end));
    },
  );
  if (code === 0) return outdir;
  const how = killedBy ? `was ended by ${killedBy}` : `ended with ${code}`;
  throw new SynthesisFailed(`bin/app.ts ${how}:\n${printed.trim()}`);
}

/** The command line of the CDK passes the context of `cdk.json`; here it is our turn. */
function contextOfProject(): Record<string, unknown> {
  const project: unknown = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  return (project as { context?: Record<string, unknown> }).context ?? {};
}
