import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bundle, functionModel } from './sample-function.ts';

const run = promisify(execFile);
const local = new URL('../../../local/', import.meta.url).href;

/** A process of its own: the test runner takes unhandled rejections for its own failures. */
const engine = (model: object, after: string) => `
  const { Gateway } = await import('${local}gateway/gateway.ts');
  const { RealKernel } = await import('${local}kernel/real-kernel.ts');
  const { createLambdaHost } = await import('${local}lambda/lambda-host.ts');
  const kernel = new RealKernel();
  const gateway = new Gateway({ kernel });
  const host = createLambdaHost({ kernel, functions: [${JSON.stringify(model)}], gateway });
  console.log(JSON.stringify(await host.invoke('sample', {}, 'test')));
  ${after}`;

async function assetDir() {
  return bundle(`export const handler = async () => {
    Promise.reject(new Error('nobody waits for me'));
    await new Promise(() => {});
  };`);
}

describe('a rejection that nobody handles', () => {
  // Not documented: as the runtime client ends its process: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
  it('ends the function’s environment, and not the engine', async () => {
    const code = engine(functionModel(await assetDir()), '');
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'error',
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: nobody waits for me',
    });
  });

  it('still ends the process when it is the engine’s own', async () => {
    const code = engine(functionModel(await assetDir()), "Promise.reject(new Error('a bug'));");
    const ended = run(process.execPath, ['--input-type=module', '-e', code]);
    await expect(ended).rejects.toMatchObject({ stderr: expect.stringContaining('a bug') });
  });
});
