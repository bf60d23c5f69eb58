import { expect, it } from 'vitest';
import { Gateway } from '../../../local/gateway/gateway.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { createLambdaHost } from '../../../local/lambda/lambda-host.ts';
import { type AtWork, environmentAtWork } from '../../../local/lambda/stray-rejections.ts';
import { bundle, functionModel } from './sample-function.ts';

const source = `
  import { request } from 'node:https';
  const call = () => new Promise((resolve, reject) => {
    const host = 'notes.us-east-1.amazonaws.com';
    const headers = { 'X-Amz-Target': 'Notes.Take' };
    const out = request({ method: 'POST', host, path: '/', headers }, (response) => {
      response.on('data', () => {});
      response.on('end', resolve);
    });
    out.on('error', reject);
    out.end('{}');
  });
  export const handler = async () => {
    await call();
    await call();
    return 'done';
  };`;

/** A function of two calls; `strike` meets the environment that makes the first. */
async function struckBy(strike: (atWork: AtWork) => void) {
  const kernel = new VirtualKernel(1);
  const gateway = new Gateway({ kernel });
  const taken: number[] = [];
  gateway.register({
    name: 'notes',
    async call() {
      taken.push(kernel.now());
      return {};
    },
  });
  let isFirst = true;
  gateway.intercept((_, next) => {
    const atWork = environmentAtWork();
    if (isFirst && atWork) strike(atWork);
    isFirst = false;
    return next();
  });
  const model = functionModel(await bundle(source), { timeoutMs: 10_000 });
  const host = createLambdaHost({ kernel, functions: [model], gateway });
  const invoke = () => kernel.drive(host.invoke('sample', {}, 'test'));
  return { kernel, host, invoke, taken };
}

it('an environment that stands still past its timeout goes on where it was, as a zombie', async () => {
  const { kernel, host, invoke, taken } = await struckBy((atWork) => atWork.stall(30_000));
  const startMs = kernel.now();
  expect(await invoke()).toMatchObject({ kind: 'error', errorType: 'Sandbox.Timedout' });
  expect(taken).toHaveLength(1);
  expect(host.pending()).toEqual(['function sample has timed out and is still running']);
  await kernel.advance(31_000);
  expect(taken.map((atMs) => atMs - startMs >= 30_000)).toEqual([false, true]);
  expect(host.pending()).toEqual([]);
});

it('an environment that stood still for a while ends its work in time', async () => {
  const { invoke, taken } = await struckBy((atWork) => atWork.stall(5000));
  expect(await invoke()).toEqual({ kind: 'ok', payload: 'done' });
  expect(taken).toHaveLength(2);
});

it('an environment that ends in the middle of a call makes no other, and the next is a new one', async () => {
  const death = Object.assign(new Error('gone'), { name: 'Runtime.ExitError' });
  const { invoke, taken } = await struckBy((atWork) => atWork.crash(death));
  expect(await invoke()).toMatchObject({ kind: 'error', errorType: 'Runtime.ExitError' });
  expect(taken).toHaveLength(1);
  expect(await invoke()).toEqual({ kind: 'ok', payload: 'done' });
});
