/** `npm start` as a person meets it. The assembly of the tests spares the seconds of synthesis. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { descendants, isAlive } from '../../../bin/command/process-tree.ts';
import { assemblyDir } from '../../support/assembly.ts';
import { type Running, run } from '../running.ts';

const start = (...args: string[]) => run(['bin/local.ts', '--assembly', assemblyDir, ...args]);

describe('npm start', () => {
  let running: Running;
  let printed: string;
  beforeAll(async () => {
    running = start('--port', '0');
    printed = await running.says('Ctrl-C ends it.');
  });
  afterAll(() => void running.child.kill('SIGKILL'));

  it('shows the life of a first order', () => {
    expect(printed).toContain('Seeded 4 products: coffee, kettle, mug, grinder.');
    expect(printed).toMatch(/OrderPlaced \+0 ms .*OrderConfirmed \+\d+ ms .*PaymentCaptured/);
  });

  it('prints lines that work when they are pasted as they are', async () => {
    const lines = printed.slice(printed.indexOf('# a token'), printed.indexOf('Ctrl-C ends it.'));
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euc', lines]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^HTTP\/1\.1 202 Accepted[\s\S]*"status":"PENDING","version":1/);
    expect(stdout).toMatch(/^\{"id":"[^"]*","status":"CONFIRMED"/m);
    expect(stdout).toMatch(/^\{"orders":\[\{"id"/m);
    expect(stdout).toMatch(/HTTP\/1\.1 202 Accepted[\s\S]*"status":"CANCELLED","version":2/);
    expect(stdout).toMatch(/^\{"products":\[\{"sku":"coffee"/m);
    expect(stdout).toMatch(/^\{"day":"\d{4}-\d\d-\d\d","orders":[12],"revenue"/m);
    expect(stdout).toMatch(/^\{"payments":\[.*"shipments":\[.*"emails":\[/m);
    expect(stdout).not.toContain('/problems/');
  });

  it('says that a port is taken, and the way out', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { status, output } = await start('--port', `${port}`).ended;
    other.close();
    expect(output).toBe(`Port ${port} is taken. Choose another one: PORT=3000 npm start\n`);
    expect(status).toBe(1);
  });

  it('shows how to use it when it is used wrongly', async () => {
    const { status, output } = await start('--frob').ended;
    expect(status).toBe(2);
    expect(output).toMatch(/^Unknown option '--frob'\n\nUsage: npm start -- \[options\]/);
  });

  it.runIf(process.platform === 'linux')('ends on Ctrl-C and leaves nothing', async () => {
    const { pid = 0 } = running.child;
    const below = descendants(pid);
    expect(below.length).toBeGreaterThan(0);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 0, signal: null });
    await expect.poll(() => below.filter(isAlive), { timeout: 5000 }).toEqual([]);
  });
});

describe('npm start without its database', () => {
  it('ends, saying so', async () => {
    const running = start('--port', '0');
    onTestFinished(() => void running.child.kill('SIGKILL'));
    await running.says('Ready after');
    // The shell that guards dynoxide ends it when it is asked to end itself.
    for (const pid of descendants(running.child.pid ?? 0)) process.kill(pid, 'SIGTERM');
    const { status, output } = await running.ended;
    expect(output).toContain('DynamoDB (dynoxide) ended with');
    expect(output).toContain('Nothing works without it. Start again');
    expect(status).toBe(1);
  });
});
