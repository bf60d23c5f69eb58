import { describe, expect, it } from 'vitest';
import { Gateway } from '../../../local/gateway/gateway.ts';
import type { Service } from '../../../local/gateway/service.ts';
import { sleep } from '../../../local/kernel/kernel.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { LogEntry } from '../../../local/lambda/function-pool.ts';
import { createLambdaHost } from '../../../local/lambda/lambda-host.ts';
import type { FunctionModel } from '../../../local/template/model.ts';
import { bundle, functionModel } from './sample-function.ts';

const minute = 60_000;

/** `slow.Answer` takes as long as it is asked to; `slow.Note` keeps what it gets. */
function slowService(kernel: VirtualKernel) {
  const noted: unknown[] = [];
  const service: Service = {
    name: 'slow',
    async call(action, input) {
      if (action === 'Note') noted.push(input.text);
      else await sleep(kernel, Number(input.delayMs), 'slow answer');
      return {};
    },
  };
  return { service, noted };
}

/** What functions under test share: a client of the slow service, over `node:https`. */
const client = `
  import { request } from 'node:https';
  const call = (action, input) => new Promise((resolve, reject) => {
    const host = 'slow.us-east-1.amazonaws.com';
    const headers = { 'X-Amz-Target': 'Slow.' + action };
    const out = request({ method: 'POST', host, path: '/', headers }, (response) => {
      response.on('data', () => {});
      response.on('end', () => resolve(response.statusCode));
    });
    out.on('error', reject);
    out.end(JSON.stringify(input));
  });`;

async function hostOf(source: string, overrides: Partial<FunctionModel> = {}) {
  const kernel = new VirtualKernel(1);
  const gateway = new Gateway({ kernel });
  const { service, noted } = slowService(kernel);
  gateway.register(service);
  const logs: LogEntry[] = [];
  const model = functionModel(await bundle(`${client}\n${source}`), overrides);
  const onLog = (entry: LogEntry) => logs.push(entry);
  const host = createLambdaHost({ kernel, functions: [model], gateway, onLog });
  const invoke = (event: unknown) => host.invoke('sample', event, 'test');
  const run = (event: unknown = {}) => kernel.drive(invoke(event));
  return { kernel, gateway, host, invoke, run, logs, noted };
}

describe('an invocation', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
  it('gets its own copy of the event and answers through JSON', async () => {
    const { run } = await hostOf(`export const handler = async (event) => {
      event.list.push(2);
      return { list: event.list, at: new Date(0), nothing: undefined };
    };`);
    const event = { list: [1] };
    const payload = { list: [1, 2], at: '1970-01-01T00:00:00.000Z' };
    expect(await run(event)).toEqual({ kind: 'ok', payload });
    expect(event).toEqual({ list: [1] });
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
  it.each(['other', 'sample:1', 'sample:live'])('is refused for the name %s', async (name) => {
    const { host } = await hostOf('export const handler = async () => {};');
    await expect(host.invoke(name, {}, 'test')).rejects.toMatchObject({
      ...{ code: 'ResourceNotFoundException', status: 404 },
      message: `Function not found: ${name}; there are sample, without versions and aliases`,
    });
  });

  // Not documented: what the runtime client makes of undefined: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
  it('answers null for a handler that returns nothing', async () => {
    const { run } = await hostOf('export const handler = async () => {};');
    expect(await run()).toEqual({ kind: 'ok', payload: null });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  it('sees Lambda’s context and variables, and the remaining time by the engine’s clock', async () => {
    const { run } = await hostOf(
      `export const handler = async (event, context) => {
        const before = context.getRemainingTimeInMillis();
        await new Promise((resolve) => setTimeout(resolve, 250));
        const { functionName, invokedFunctionArn: arn, awsRequestId: id } = context;
        const { AWS_REGION: region, TABLE: table } = process.env;
        return { functionName, arn, isUuid: /^[0-9a-f-]{36}$/.test(id), region, table,
          passedMs: before - context.getRemainingTimeInMillis() };
      };`,
      { environment: { TABLE: 'Orders' } },
    );
    expect(await run()).toMatchObject({
      payload: {
        functionName: 'sample',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:sample',
        isUuid: true,
        region: 'us-east-1',
        table: 'Orders',
        passedMs: 250,
      },
    });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
  it('reports a thrown error by its name, message and stack', async () => {
    const { run } = await hostOf(`export const handler = async () => {
      throw Object.assign(new Error('out of stock'), { name: 'Refusal' });
    };`);
    const outcome = await run();
    expect(outcome).toMatchObject({ errorType: 'Refusal', errorMessage: 'out of stock' });
    expect(outcome).toHaveProperty('trace.1', expect.stringContaining('/var/task/index.js'));
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
  it('keeps the cause of an error to itself, as the error document has none', async () => {
    const { run } = await hostOf(`export const handler = async () => {
      throw new Error('no answer', { cause: new Error('connection reset') });
    };`);
    expect(JSON.stringify(await run())).not.toContain('connection reset');
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  it('answers at most 6 MB, counted in bytes', async () => {
    const { run } = await hostOf(
      `export const handler = async ({ count }) => '\u00e4'.repeat(count);`,
    );
    expect(await run({ count: 3_000_000 })).toMatchObject({ kind: 'ok' });
    expect(await run({ count: 4_000_000 })).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });

  // Not documented: as the runtime client reports it: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
  it('reports what was thrown and is no error', async () => {
    const { run } = await hostOf("export const handler = async () => { throw 'no'; };");
    const error = { kind: 'error', errorType: 'string', errorMessage: 'no', trace: [] };
    expect(await run()).toEqual(error);
  });

  // Not documented: chosen by the name that other runtimes of Lambda give to this error
  it('reports a result that is not JSON as a marshalling error', async () => {
    const { run } = await hostOf('export const handler = async () => ({ n: 1n });');
    expect(await run()).toMatchObject({ errorType: 'Runtime.MarshalError' });
  });

  // https://github.com/aws/aws-lambda-nodejs-runtime-interface-client: what a module throws is kept
  it('reports what a module throws as that error, and loads the module afresh next time', async () => {
    const { run } = await hostOf(`throw new RangeError('TABLE is missing');
      export const handler = async () => {};`);
    const error = { errorType: 'RangeError', errorMessage: 'TABLE is missing' };
    expect(await run()).toMatchObject(error);
    expect(await run()).toMatchObject(error);
  });

  // Not documented by name: as the runtime client reports it: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
  it('reports a module that needs what is not there as one that cannot be imported', async () => {
    const { run } = await hostOf(`require('node:sqlite'); export const handler = async () => {};`);
    const errorMessage = expect.stringContaining("sample requires 'sqlite'");
    expect(await run()).toMatchObject({ errorType: 'Runtime.ImportModuleError', errorMessage });
  });

  // Not documented by name: as the runtime client reports it: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
  it('reports a file that is not there as one that cannot be imported', async () => {
    const { run } = await hostOf('export const handler = 1;', { handler: 'other.handler' });
    expect(await run()).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringMatching(/Cannot find module '.*other\.js'/),
    });
  });

  // Not documented by name: as the runtime client reports it: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
  it('reports a handler that is not there', async () => {
    const { run } = await hostOf('export const other = 1;');
    expect(await run()).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
  it('writes its console to the log, and the meter counts the bytes', async () => {
    const { run, logs, gateway } = await hostOf(`export const handler = async () => {
      console.log('placed', { lines: 2 });
      console.error('late');
    };`);
    await run();
    expect(logs).toMatchObject([
      { functionName: 'sample', level: 'info', line: 'placed { lines: 2 }' },
      { functionName: 'sample', level: 'error', line: 'late' },
    ]);
    const usage = gateway.meter.snapshot().functions.sample;
    expect(usage?.logBytes).toBeGreaterThan('placed { lines: 2 }late'.length);
    expect(usage?.invocations).toBe(1);
  });
});

describe('environments', () => {
  const counting = `let count = 0;
    export const handler = async ({ delayMs }) => {
      if (delayMs) await call('Answer', { delayMs });
      return ++count;
    };`;

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
  it('stay warm: the next invocation finds the memory of the last', async () => {
    const { run } = await hostOf(counting);
    await run();
    expect(await run()).toEqual({ kind: 'ok', payload: 2 });
  });

  it('are at most ten of a function; an eleventh invocation waits for one of them', async () => {
    const { kernel, invoke, host } = await hostOf(counting);
    const asked = Array.from({ length: 11 }, () => invoke({ delayMs: 100 }));
    expect(host.waiting()).toBe(1);
    const outcomes = await kernel.drive(Promise.all(asked));
    const counts = outcomes.map((outcome) => 'payload' in outcome && outcome.payload);
    expect(counts.filter((count) => count === 1)).toHaveLength(10);
    expect(counts.filter((count) => count === 2)).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
  it('take one event at a time: two at once never meet in one memory', async () => {
    const { kernel, invoke } = await hostOf(`let running = 0;
      export const handler = async () => {
        const others = running++;
        await call('Answer', { delayMs: 100 });
        running--;
        return others;
      };`);
    const outcomes = await kernel.drive(Promise.all([invoke({}), invoke({}), invoke({})]));
    expect(outcomes).toEqual(Array(3).fill({ kind: 'ok', payload: 0 }));
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
  it('share a thousand among all functions of the account that have not reserved their own', async () => {
    const { kernel, invoke } = await hostOf(counting);
    const asked = Array.from({ length: 1001 }, () => invoke({ delayMs: 1 }));
    const outcomes = await kernel.drive(Promise.all(asked));
    expect(outcomes.filter(({ kind }) => kind === 'throttled')).toHaveLength(1);
    expect(outcomes.at(-1)).toEqual({ kind: 'throttled' });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
  it('are no more than the reserved concurrency', async () => {
    const { kernel, invoke } = await hostOf(counting, { reservedConcurrency: 1 });
    const asked = [invoke({ delayMs: 100 }), invoke({})];
    const [, second] = await kernel.drive(Promise.all(asked));
    expect(second).toEqual({ kind: 'throttled' });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
  it('are frozen between invocations: what falls due meanwhile runs in the next', async () => {
    const { kernel, run, noted } = await hostOf(`export const handler = async ({ isFirst }) => {
      if (isFirst) setTimeout(() => call('Note', { text: 'late' }), 100);
      else await new Promise((resolve) => setTimeout(resolve, 100));
    };`);
    await run({ isFirst: true });
    await kernel.advance(minute);
    expect(noted).toEqual([]);
    await run({ isFirst: false });
    expect(noted).toEqual(['late']);
  });

  // Not documented: as the runtime client ends its process: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
  it('end when nobody handles what a timer throws, and the invocation with them', async () => {
    const { run } = await hostOf(`let count = 0;
      export const handler = async ({ isBad }) => {
        count++;
        if (isBad) setTimeout(() => { throw new TypeError('stray'); }, 10);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return count;
      };`);
    const error = { kind: 'error', errorType: 'TypeError', errorMessage: 'stray' };
    expect(await run({ isBad: true })).toMatchObject(error);
    expect(await run({})).toEqual({ kind: 'ok', payload: 1 });
  });
});

describe('a timeout', () => {
  const late = `let count = 0;
    export const handler = async ({ delayMs }) => {
      count++;
      await call('Answer', { delayMs });
      await call('Note', { text: 'done late' });
      return count;
    };`;

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html: its name
  it('answers as Lambda does, after exactly the time the function has', async () => {
    const { kernel, run, host } = await hostOf(late);
    const startMs = kernel.now();
    expect(await run({ delayMs: minute })).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 3\.00 s/),
    });
    expect(kernel.now() - startMs).toBe(3000);
    expect(host.pending()).toEqual(['function sample has timed out and is still running']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: the environment is reset, its memory is gone
  // Not documented: how soon. Chosen is the worst: all that the code still does takes effect.
  it('does not stop the code, which goes on to its end and is then given up', async () => {
    const { kernel, run, host, noted } = await hostOf(late);
    await run({ delayMs: minute });
    await kernel.advance(2 * minute);
    expect(noted).toEqual(['done late']);
    expect(host.pending()).toEqual([]);
    expect(await run({ delayMs: 1 })).toEqual({ kind: 'ok', payload: 1 });
  });

  it('leaves nothing pending when the code waits for what never comes', async () => {
    const { run, host } = await hostOf('export const handler = () => new Promise(() => {});');
    expect(await run()).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(host.pending()).toEqual([]);
  });
});

describe('what a function may reach', () => {
  it('is an empty file system', async () => {
    const { run } = await hostOf(`import { existsSync, readFileSync } from 'node:fs';
      import { readFile } from 'node:fs/promises';
      export const handler = async () => {
        const codes = [existsSync('/')];
        try { readFileSync('/etc/hosts'); } catch (error) { codes.push(error.code); }
        try { await readFile('/etc/hosts'); } catch (error) { codes.push(error.code); }
        return codes;
      };`);
    expect(await run()).toEqual({ kind: 'ok', payload: [false, 'ENOENT', 'ENOENT'] });
  });

  it('is no process and no socket, refused by name when used', async () => {
    const { run } = await hostOf(`import { execSync } from 'node:child_process';
      import { connect } from 'node:net';
      export const handler = async ({ name }) => ({ execSync, connect })[name]('x');`);
    const errorMessage = 'sample uses child_process.execSync, which the local engine refuses';
    expect(await run({ name: 'execSync' })).toMatchObject({ errorMessage });
    expect(await run({ name: 'connect' })).toMatchObject({
      errorMessage: 'sample uses net.connect, which the local engine refuses',
    });
  });

  it('is no module the engine does not know, refused with its name', async () => {
    const { run } = await hostOf(`export const handler = async () => require('node:sqlite');`);
    expect(await run()).toMatchObject({
      errorMessage: expect.stringContaining("sample requires 'sqlite'"),
    });
  });

  it('is the engine’s clock and chance by every name they have', async () => {
    const source = `
      import { randomBytes, randomInt } from 'node:crypto';
      export const handler = async () => ({
        times: [Date.now(), new Date().getTime(), new globalThis.Date().getTime()],
        isDate: new Date() instanceof Date && new Date(5) instanceof Date,
        dynamic: typeof (await import('node:http')).request,
        chance: [Math.random(), crypto.randomUUID(), randomBytes(4).toString('hex'),
          randomInt(10), [...crypto.getRandomValues(new Uint8Array(2))]],
      });`;
    const { kernel, run } = await hostOf(source);
    const nowMs = kernel.now();
    const first = await run();
    const times = [nowMs, nowMs, nowMs];
    expect(first).toMatchObject({ payload: { times, isDate: true, dynamic: 'function' } });
    const again = await hostOf(source);
    expect(await again.run()).toEqual(first);
  });

  it('is no host that the engine does not have, named in the answer', async () => {
    const { run } = await hostOf(`export const handler = async () => {
      const response = await fetch('https://api.example.com/charges', { method: 'POST', body: '{}' });
      return { status: response.status, ...(await response.json()) };
    };`);
    expect(await run()).toMatchObject({
      payload: {
        status: 400,
        __type: 'UnknownEndpoint',
        message:
          'sample called POST /charges at api.example.com, which the local engine does not have',
      },
    });
  });
});

describe('interceptors of invocations', () => {
  it('see what those around them have changed', async () => {
    const { host, run } = await hostOf('export const handler = async (event) => event;');
    const seen: unknown[] = [];
    host.intercept(({ event }, next) => {
      seen.push(event);
      return next();
    });
    host.intercept((_, next) => next({ event: { is: 'changed' } }));
    expect(await run({ is: 'as it was' })).toEqual({ kind: 'ok', payload: { is: 'changed' } });
    expect(seen).toEqual([{ is: 'changed' }]);
  });
});
