/** What can go wrong with `npm start`: it says what to do, ends with a status, and leaves nothing. */
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { assemblyDir } from '../../support/assembly.ts';
import { type Running, run, runCommand } from '../running.ts';

const command = ['bin/local.ts', '--assembly', assemblyDir, '--port', '0'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'everonce-troubles-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Started = Running & { readonly marker: string };
type Start = (env: Record<string, string>) => Running;

/** Everything below the process has the marker in its environment. */
function marked(start: Start): Started {
  const marker = randomUUID();
  const running = start({ EVERONCE_TEST_MARKER: marker });
  onTestFinished(() => void running.child.kill('SIGKILL'));
  return { ...running, marker };
}

const processesWith = (marker: string): string[] =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(marker));

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}

/** What it said; it has failed and left no process behind. */
async function failure({ ended, marker }: Started): Promise<string> {
  const { status, output } = await ended;
  expect(status, output).toBe(1);
  if (process.platform === 'linux')
    await expect.poll(() => processesWith(marker), { timeout: 5000 }).toEqual([]);
  return output;
}

/** Runs before everything else in the process. */
const preload = (code: string): string[] => [
  '--import',
  `data:text/javascript,${encodeURIComponent(code)}`,
];

describe('npm start says what to do', () => {
  it('where DynamoDB is not installed for this system', async () => {
    // The process believes to run on a system for which there is no package.
    const foreign = preload(`Object.defineProperty(process, 'arch', { value: 'mips' })`);
    const said = await failure(marked((env) => run([...foreign, ...command], env)));
    expect(said).toMatch(/the package @dynoxide\/linux-mips, is not installed: run `npm ci`/);
    expect(said).toContain('DYNAMODB_ENDPOINT');
    expect(said).not.toMatch(/^ +at /m);
  });

  /** Another package takes the place of dynoxide's. */
  const withPackage = (version: string, script: string): string[] => {
    const place = join(folder, randomUUID());
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), JSON.stringify({ version }));
    writeFileSync(join(place, 'dynoxide'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(place, 'dynoxide'), 0o755);
    return preload(`import Module from 'node:module';
      const resolve = Module._resolveFilename;
      Module._resolveFilename = (name, ...more) => name.startsWith('@dynoxide/')
        ? ${JSON.stringify(join(place, 'package.json'))} : resolve(name, ...more);`);
  };

  it('where DynamoDB is another version than the engine knows', async () => {
    const other = withPackage('9.9.9', 'exit 0');
    const said = await failure(marked((env) => run([...other, ...command], env)));
    expect(said).toMatch(
      /is there in version 9\.9\.9, but the engine knows 1\.2\.1 only: run `npm ci`/,
    );
  });

  it('where DynamoDB dies at its start, with its own last words', async () => {
    const dying = withPackage('1.2.1', 'echo cannot run here >&2; exit 7');
    const said = await failure(marked((env) => run([...dying, ...command], env)));
    expect(said).toMatch(
      /^DynamoDB \(dynoxide\) ended with status 7: cannot run here\nIf .*`npm ci` installs it anew/,
    );
  });

  it('where the template cannot be run', async () => {
    const template = { Resources: { Bus: { Type: 'AWS::Unknown::Thing', Properties: {} } } };
    const artifacts = {
      Shop: { type: 'aws:cloudformation:stack', properties: { templateFile: 't.json' } },
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
    writeFileSync(join(folder, 't.json'), JSON.stringify(template));
    const args = ['bin/local.ts', '--assembly', folder, '--port', '0'];
    const said = await failure(marked((env) => run(args, env)));
    expect(said).toMatch(/^The template cannot be run here\. Bus \(AWS::Unknown::Thing\): /);
    expect(said).toMatch(/teach local\/template about it or leave it out/);
  });

  it('where the data folder cannot be one', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const args = [...command, '--data', join(file, 'data')];
    expect(await failure(marked((env) => run(args, env)))).toMatch(
      /a-file\/data cannot hold the engine's data: /,
    );
  });

  it.runIf(process.platform === 'linux')('where no folder can be made', async () => {
    // Linux says of a new folder here that it is not found, as it does of its parent elsewhere.
    const args = [...command, '--data', '/proc/everonce'];
    expect(await failure(marked((env) => run(args, env)))).toMatch(
      /^\/proc\/everonce cannot hold the engine's data: ENOENT.* Take a folder that can be written/,
    );
  });

  it.runIf(process.platform === 'linux')('where the disk is full', async () => {
    // No file may grow beyond 300 KB, which the tables do when the first orders are placed.
    const limited = `trap '' XFSZ; ulimit -f 600; exec "$@"`;
    const args = [...command, '--data', join(folder, 'full')];
    const shell = ['-c', limited, 'sh', process.execPath, ...args];
    const said = await failure(marked((env) => runCommand('/bin/sh', shell, env)));
    expect(said).toContain(`${join(folder, 'full')} cannot be written (`);
    expect(said).toContain('everything that was acknowledged is kept');
    expect(said).not.toContain('Goes on with');
  });
});

describe('npm start with a data folder', () => {
  it('goes on after a kill with what it had, and shares the folder with no other engine', async () => {
    const data = join(folder, 'kept');
    const first = marked((env) => run([...command, '--data', data], env));
    const address = originIn(await first.says('Ctrl-C ends it.'));
    const orders = await sandboxOf(address);
    const other = marked((env) => run([...command, '--data', data], env));
    expect(await failure(other)).toBe(
      `another engine uses ${data}: end it, or take another folder\n`,
    );
    first.child.kill('SIGKILL');
    await first.ended;
    const second = marked((env) => run([...command, '--data', data], env));
    const printed = await second.says('Ctrl-C ends it.');
    expect(printed).toContain(`Goes on with the data in ${data}.`);
    expect(printed).not.toContain('Seeded');
    expect(await sandboxOf(originIn(printed))).toEqual(orders);
    second.child.kill('SIGTERM');
    expect(await second.ended).toMatchObject({ status: 0 });
  });
});

const originIn = (printed: string): string => /^The API +(\S+)/m.exec(printed)?.[1] ?? '';

async function sandboxOf(origin: string): Promise<unknown> {
  const { payments } = (await (await fetch(`${origin}/_local/sandbox`)).json()) as {
    payments: unknown[];
  };
  expect(payments).toHaveLength(1);
  return payments;
}
