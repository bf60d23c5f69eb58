import { beforeAll, describe, expect, it } from 'vitest';
import { ConnectionLost, Gateway } from '../../../local/gateway/gateway.ts';
import { AwsError } from '../../../local/gateway/service.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { InvokeOutcome } from '../../../local/lambda/invoker.ts';
import { createLambdaHost, type Twist } from '../../../local/lambda/lambda-host.ts';
import { type AtWork, environmentAtWork } from '../../../local/lambda/stray-rejections.ts';
import { WarmEnvironments } from '../../../local/lambda/warm-environments.ts';
import { bundle, functionModel } from './sample-function.ts';

const source = `
  import { request } from 'node:https';
  const call = (action) => new Promise((resolve) => {
    const host = 'dynamodb.us-east-1.amazonaws.com';
    const headers = { 'X-Amz-Target': 'Notes.' + action };
    const out = request({ method: 'POST', host, path: '/', headers }, (response) => {
      response.on('data', () => {});
      response.on('end', resolve);
    });
    out.on('error', resolve);
    out.end('{}');
  });
  let count = 0;
  export const handler = async ({ action = 'Take', isLeft }) => {
    count++;
    const chance = [Math.random(), crypto.randomUUID()];
    const at = Date.now();
    if (isLeft) setTimeout(() => {}, 1000);
    await call(action);
    return { count, chance, at };
  };`;

let assetDir: string;
beforeAll(async () => {
  assetDir = await bundle(source);
});

interface Met {
  readonly count: number;
  readonly chance: readonly unknown[];
  readonly at: number;
}

/** An engine's functions and calls, in a virtual time of its own. */
function begin(warm: WarmEnvironments, seed = 1) {
  const kernel = new VirtualKernel(seed);
  const gateway = new Gateway({ kernel });
  gateway.register({
    name: 'dynamodb',
    async call(action) {
      if (action === 'Take') return {};
      throw new AwsError(action, 'refused');
    },
  });
  const functions = [functionModel(assetDir)];
  const host = createLambdaHost({ kernel, functions, gateway, warm });
  const invoke = (event: object = {}): Promise<InvokeOutcome> =>
    kernel.drive(host.invoke('sample', event, 'test'));
  const met = async (event?: object): Promise<Met> => {
    const outcome = await invoke(event);
    if (outcome.kind === 'ok') return outcome.payload as Met;
    throw new Error(JSON.stringify(outcome));
  };
  return { kernel, gateway, host, invoke, met };
}

/** How often the environment of a second engine has been invoked by the first. */
async function servedBefore(
  first: (engine: ReturnType<typeof begin>) => Promise<unknown>,
): Promise<number> {
  const warm = new WarmEnvironments();
  const engine = begin(warm);
  await first(engine);
  engine.host.retire();
  return (await begin(warm).met()).count - 1;
}

describe('an environment that has served an engine', () => {
  it('serves the next one', async () => {
    expect(await servedBefore((engine) => engine.met())).toBe(1);
  });

  it('does so by the time and the chance that a new one would have', async () => {
    const { chance, at } = await begin(new WarmEnvironments(), 7).met();
    const warm = new WarmEnvironments();
    const before = begin(warm, 3);
    await before.met();
    await before.kernel.advance(5000);
    await before.met();
    before.host.retire();
    expect(await begin(warm, 7).met()).toEqual({ count: 3, chance, at });
  });

  it('makes its calls to the next one', async () => {
    const warm = new WarmEnvironments();
    const first = begin(warm);
    await first.met();
    first.host.retire();
    const second = begin(warm);
    await second.met();
    const { requests } = second.gateway.meter.snapshot();
    expect([first.gateway.meter.snapshot().requests, requests]).toEqual([
      { 'dynamodb.Take': 1 },
      { 'dynamodb.Take': 1 },
    ]);
  });

  it.each(['ConditionalCheckFailedException', 'TransactionCanceledException'])(
    'goes on to the next also when a call was refused with %s, as calls are every day',
    async (action) => {
      expect(await servedBefore((engine) => engine.met({ action }))).toBe(1);
    },
  );
});

/** Something that happens at the first call. */
const striking =
  (strike: (atWork: AtWork) => void) =>
  ({ gateway, invoke }: ReturnType<typeof begin>) => {
    gateway.intercept((_, next) => {
      const atWork = environmentAtWork();
      if (atWork) strike(atWork);
      return next();
    });
    return invoke();
  };

describe('no other engine meets an environment', () => {
  it.each([
    [
      'a call failed',
      ({ met }: ReturnType<typeof begin>) => met({ action: 'ThrottlingException' }),
    ],
    [
      'an answer was lost',
      ({ gateway, met }: ReturnType<typeof begin>) => {
        gateway.intercept(() => Promise.reject(new ConnectionLost()));
        return met();
      },
    ],
    ['something is left to run', ({ met }: ReturnType<typeof begin>) => met({ isLeft: true })],
    ['it stood still', striking((atWork) => atWork.stall(100))],
    ['a fault struck', striking((atWork) => atWork.touch())],
    [
      'an event was not as it was sent',
      ({ host, met }: ReturnType<typeof begin>) => {
        host.intercept((_, next: (twist?: Twist) => Promise<InvokeOutcome>) =>
          next({ event: { action: 'Take' } }),
        );
        return met();
      },
    ],
    ['it died', striking((atWork) => atWork.crash(new Error('killed')))],
    [
      'its clock was wrong',
      ({ host, met }: ReturnType<typeof begin>) => {
        host.intercept((_, next: (twist?: Twist) => Promise<InvokeOutcome>) =>
          next({ clockSkewMs: 5000 }),
        );
        return met();
      },
    ],
  ])('in which %s', async (_, first) => {
    expect(await servedBefore(first)).toBe(0);
  });

  it('that another one is still using', async () => {
    const warm = new WarmEnvironments();
    await begin(warm).met();
    expect((await begin(warm).met()).count).toBe(1);
  });
});

describe('compiled code', () => {
  it('is kept by its file, whichever function it is for', () => {
    const warm = new WarmEnvironments();
    const model = functionModel(assetDir);
    const code = warm.bundle(model);
    expect(warm.bundle({ ...model, name: 'another', handler: 'index.other' })).toBe(code);
    expect(() => warm.bundle({ ...model, handler: 'main.handler' })).toThrow(/find module .*main/);
  });
});
