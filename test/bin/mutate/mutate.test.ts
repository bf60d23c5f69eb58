import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guards } from '../../../bin/explore/guards/catalogue.ts';
import { isSourceEdit } from '../../../bin/explore/guards/guard.ts';
import { explain } from '../../../bin/mutate/explain.ts';
import { explanations } from '../../../bin/mutate/explanations.ts';
import { scoresOf, survivorsOf } from '../../../bin/mutate/findings.ts';
import { parseOptions } from '../../../bin/mutate/options.ts';
import { isGood, recordOf, render } from '../../../bin/mutate/report.ts';
import type { Mutant } from '../../../bin/mutate/run-stryker.ts';
import { layers, mutatedParts } from '../../../bin/mutate/scope.ts';
import { run } from '../running.ts';

const file = 'lambdas/domain/sum.ts';
const lines = ['export function sum(a: number, b: number) {', '  return a + b;', '}'];
const at = (line: number, column: number) => ({ line, column });

function mutant(status: Mutant['status'], fileName = file): Mutant {
  const location = { start: at(2, 10), end: at(2, 15) };
  return { id: '1', mutatorName: 'Arithmetic', replacement: 'a - b', fileName, status, location };
}

const survivor = { file, line: 2, change: 'return «a + b → a - b»;', isUnreached: false };

describe('a change that survives', () => {
  it('is told in its line', () => {
    expect(survivorsOf([mutant('Survived'), mutant('Killed')], () => lines)).toEqual([survivor]);
  });

  it('is told by its first line when it has several', () => {
    const body = { location: { start: at(1, 43), end: at(3, 2) }, replacement: '{\n}' };
    const [told] = survivorsOf([{ ...mutant('NoCoverage'), ...body }], () => lines);
    const change = 'export function sum(a: number, b: number) «{ … → { }»';
    expect(told).toEqual({ file, line: 1, change, isUnreached: true });
  });

  it('is explained by what names its file and a part of it', () => {
    const reason = 'nobody adds';
    const of = (change: string, where = file) => ({ file: where, changes: [change], reason });
    const explained = (change: string, where?: string) =>
      explain([survivor], [of(change, where)], [file]).explained;
    expect(explained('a + b → a - b')).toEqual([{ ...survivor, reason }]);
    expect(explained('a + b → a * b')).toEqual([]);
    expect(explained('a + b → a - b', 'lambdas/domain/other.ts')).toEqual([]);
  });

  it('makes an explanation stale by being noticed, where the file was looked at', () => {
    const explanation = { file, changes: ['a + b → a - b'], reason: 'nobody adds' };
    expect(explain([], [explanation], [file]).stale).toEqual([`${file}: a + b → a - b`]);
    expect(explain([], [explanation], []).stale).toEqual([]);
  });
});

describe('the score', () => {
  it('is counted by folder: what never ends is noticed, what is ignored does not count', () => {
    const inDomain = [mutant('Killed'), mutant('Timeout'), mutant('Survived'), mutant('Ignored')];
    const inShell = [mutant('NoCoverage', 'lambdas/shell/sum.ts')];
    expect(scoresOf([...inShell, ...inDomain])).toEqual([
      { folder: 'lambdas/domain', mutants: 3, noticed: 2 },
      { folder: 'lambdas/shell', mutants: 1, noticed: 0 },
    ]);
  });

  const nothing = explain([], [], []);
  const ofScore = (noticed: number, survivors = nothing) => ({
    ...{ scores: [{ folder: 'lambdas/domain', mutants: 100, noticed }], survivors },
    seconds: 1,
  });

  it('fails the command below 90 %', () => {
    expect(isGood(ofScore(90))).toBe(true);
    expect(isGood(ofScore(89))).toBe(false);
  });

  it('does not make up for what is unexplained, or explained in vain', () => {
    const explanation = { file, changes: ['a + b → a - b'], reason: 'nobody adds' };
    expect(isGood(ofScore(99, explain([survivor], [], [file])))).toBe(false);
    expect(isGood(ofScore(99, explain([], [explanation], [file])))).toBe(false);
    expect(isGood(ofScore(99, explain([survivor], [explanation], [file])))).toBe(true);
  });

  it('is recorded with how many survivors are explained', () => {
    const survivors = explain([survivor], [{ file, changes: ['a + b'], reason: 'nobody' }], [file]);
    const record = { mutants: 100, killed: 95, explained: 1 };
    expect(recordOf(ofScore(95, survivors))).toEqual(record);
  });

  it('is shown in percent beneath what survived', () => {
    const text = render(ofScore(95, explain([survivor], [], [file])));
    expect(text).toContain('✗ lambdas/domain/sum.ts:2 return «a + b → a - b»;');
    expect(text).toMatch(/^lambdas\/domain +95\.00 % {2}95 of 100 changes noticed$/m);
  });
});

describe('what is changed', () => {
  const files = layers('').flatMap((layer) => layer.files);

  it('is the domain, the shell and the adapters with a guard, each file once', () => {
    expect(files).toContain('lambdas/domain/order.ts');
    expect(files).toContain('lambdas/shell/place-order.ts');
    expect(files).toContain('lambdas/adapters/dynamo.ts');
    expect(new Set(files).size).toBe(files.length);
    expect(files.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('has every adapter from which a guard is removed', () => {
    const edited = guards.flatMap(({ edits }) =>
      edits.filter(isSourceEdit).map((edit) => edit.file),
    );
    const adapters = edited.filter((path) => path.startsWith('lambdas/adapters/'));
    expect(adapters.filter((path) => !files.includes(path))).toEqual([]);
  });

  /** What of a file is changed, as text. */
  const textsOf = (path: string): string[] =>
    mutatedParts(path).map((part) => {
      const lines = readFileSync(path, 'utf8').split('\n');
      const [, from = 1, to = lines.length] = /:(\d+)-(\d+)$/.exec(part) ?? [];
      return lines.slice(Number(from) - 1, Number(to)).join('\n');
    });

  it('is a file, or the declarations in it that guard', () => {
    expect(textsOf('lambdas/adapters/mailer.ts')).toEqual([
      readFileSync('lambdas/adapters/mailer.ts', 'utf8'),
    ]);
    const [fault, , name] = textsOf('lambdas/adapters/http.ts');
    expect(fault).toMatch(/^function logFault\([\s\S]*\n}$/);
    expect(name).toMatch(/^const isName = [\s\S]*;$/);
  });

  it('has every text that the removal of a guard edits in such a declaration', () => {
    const edits = guards.flatMap((guard) => guard.edits.filter(isSourceEdit));
    const inParts = edits.filter(({ file: path }) => mutatedParts(path)[0] !== path);
    expect(inParts).not.toEqual([]);
    for (const { file: path, find } of inParts)
      expect(textsOf(path).join('\n'), path).toContain(find);
  });

  it('can be a part of it', () => {
    expect(layers('domain/money').map((layer) => layer.files)).toEqual([
      ['lambdas/domain/money.ts'],
    ]);
  });

  it('contains whatever is explained', () => {
    expect(explanations.filter((one) => !files.includes(one.file))).toEqual([]);
  });
});

describe('the command line of npm run mutate', () => {
  it('tests every change from scratch', () => {
    expect(parseOptions(['--jobs', '2'])).toEqual({
      kind: 'run',
      options: { jobs: 2, only: '', isIncremental: false, writes: false, json: undefined },
    });
  });

  it.each([['--incremental'], ['--only', 'domain']])(
    'records only what is a whole run, and refuses to with %s',
    (...part) => {
      const message = '--write is for whole runs: without --only and --incremental';
      expect(parseOptions([...part, '--write'])).toEqual({ kind: 'mistake', message });
    },
  );

  it('refuses what is no number of jobs, and shows how to use it', async () => {
    const { status, output } = await run(['bin/mutate.ts', '--jobs', 'many']).ended;
    expect(output).toMatch(
      /^--jobs is "many", expected a whole number[\s\S]*Usage: npm run mutate/,
    );
    expect(status).toBe(2);
  });

  it('refuses a name that no changed file has', async () => {
    const { status, output } = await run(['bin/mutate.ts', '--only', 'nowhere']).ended;
    expect(output).toContain('no file that is changed is named like nowhere');
    expect(status).toBe(1);
  });
});
