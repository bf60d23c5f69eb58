/** Each in a process of its own, which is what the watchdog ends. */
import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { bundle, functionModel } from '../lambda/sample-function.ts';

const local = new URL('../../../local/', import.meta.url).href;

const engine = (models: readonly object[]) => `
  const { Gateway } = await import('${local}gateway/gateway.ts');
  const { RealKernel } = await import('${local}kernel/real-kernel.ts');
  const { createLambdaHost } = await import('${local}lambda/lambda-host.ts');
  const { startWatchdog } = await import('${local}kernel/watchdog.ts');
  const kernel = new RealKernel();
  const gateway = new Gateway({ kernel });
  const functions = ${JSON.stringify(models)};
  const host = createLambdaHost({ kernel, functions, gateway });
  const watchdog = startWatchdog(kernel, 400);
  await Promise.all(functions.map(({ name }) => host.invoke(name, {}, 'test')));
  watchdog.stop();
  kernel.stop();
  console.log('all have answered');`;

interface Ended {
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(sources: Readonly<Record<string, string>>): Promise<Ended> {
  const models = await Promise.all(
    Object.entries(sources).map(async ([name, source]) =>
      functionModel(await bundle(source), { name, timeoutMs: 60_000 }),
    ),
  );
  const args = ['--input-type=module', '-e', engine(models)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ signal: error?.signal ?? undefined, stdout, stderr }),
    );
  });
}

const waiting = `export const handler = async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
};`;

describe('the watchdog', () => {
  it('ends a process whose function never yields, and names the function and the place', async () => {
    // Two wait beside it; the loop begins after an await, when any of them might be meant.
    const looping = `export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      function countForEver() { for (let n = 0; ; n++) if (n < 0) return; }
      countForEver();
    };`;
    const { signal, stderr } = await run({ before: waiting, looper: looping, after: waiting });
    expect(signal).toBe('SIGKILL');
    expect(stderr).toMatch(/^The function looper has not yielded for 0\.4 s: an endless loop\?/);
    expect(stderr).toMatch(/at \S+ \(\/var\/task\/index\.js:1:\d+\)/);
  });

  it('finds a loop in the module as well, before there is a handler', async () => {
    const { stderr } = await run({ starter: 'for (;;); export const handler = () => {};' });
    expect(stderr).toContain('The function starter has not yielded');
  });

  it('ends a search with a regular expression that never comes to its end', async () => {
    const source = `export const handler = async () => /^(a+)+$/.test('a'.repeat(60) + 'b');`;
    const { signal, stderr } = await run({ searcher: source });
    expect(signal).toBe('SIGKILL');
    expect(stderr).toMatch(/The function searcher has not yielded for 0\.4 s/);
  });

  it('ends a process that is stuck in native code, though it cannot say where', async () => {
    const source = `import { pbkdf2Sync } from 'node:crypto';
      export const handler = async () => { pbkdf2Sync('a', 'b', 2 ** 30, 64, 'sha512'); };`;
    const { signal, stderr } = await run({ stuck: source });
    expect(signal).toBe('SIGKILL');
    expect(stderr).toContain('The main thread has not yielded for 0.4 s');
    expect(stderr).toContain('It is in native code');
  });

  it('leaves alone a process whose functions only wait', async () => {
    const slow = `export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    };`;
    expect(await run({ slow })).toMatchObject({ signal: undefined, stdout: 'all have answered\n' });
  });
});
