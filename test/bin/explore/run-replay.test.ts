import { afterEach, describe, expect, it } from 'vitest';
import { type Options, parseOptions } from '../../../bin/explore/options.ts';
import { runReplay } from '../../../bin/explore/run-replay.ts';
import { assemblyDir } from '../../support/assembly.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function optionsOf(args: readonly string[]): Options {
  const parsed = parseOptions(args);
  if (parsed.kind === 'run') return parsed.options;
  throw new Error(JSON.stringify(parsed));
}

const replay = (args: readonly string[], signal = new AbortController().signal) =>
  runReplay(optionsOf(['--replay', ...args]), {
    assembly: assemblyDir,
    ending: { signal, add: (close) => void closing.push(close) },
  });

const lost = 'one-order:1:client/POST.orders@1=L';

describe('a replay', () => {
  it('shows what happened, and ends well when nothing is broken and all runs were one', async () => {
    const { status, text, record } = await replay([lost, '--times', '2']);
    expect(text).toContain('⚡ L at client/POST.orders@1: is served, and its answer is lost');
    expect(text).toContain('alice: POST /orders → no answer');
    expect(text).toContain('nothing was broken');
    expect(text).toMatch(/^2 runs, one trace: [\w+/=]+$/m);
    expect(record).toEqual({ schedule: lost, times: 2, hashes: [expect.any(String)] });
    expect(status).toBe(0);
  });

  it('of a site that never comes does not end well: it shows nothing', async () => {
    const { status, text } = await replay([`${lost},client/DELETE.orders@1=L`]);
    expect(text).toContain('1 of its faults never struck');
    expect(status).toBe(1);
  });

  it('that is broken off before its first run has nothing to show', async () => {
    expect(await replay([lost], AbortSignal.abort())).toMatchObject({
      ...{ status: 1, text: 'interrupted' },
    });
  });
});
