/** The last line of a CI run, from what its steps left behind. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** The last line and the exit status, for these reports and failed steps. */
async function tally(reports: Readonly<Record<string, object>>, ...failed: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'everonce-tally-'));
  folders.push(folder);
  for (const [name, report] of Object.entries(reports))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(report));
  const asked = promisify(execFile)(process.execPath, ['.ci/tally.js', folder, ...failed]);
  const { stdout, code = 0 } = (await asked.catch(
    (error: { stdout: string; code: number }) => error,
  )) as {
    stdout: string;
    code?: number;
  };
  return { last: stdout.trim().split('\n').at(-1), code };
}

const scenarios = ['one-order', 'declined', 'out-of-stock'].map((name) => ({ name }));

describe('the tally of a CI run', () => {
  it('counts a scenario as passed when no schedule of it has broken anything', async () => {
    expect(await tally({ explore: { scenarios, violations: [] } })).toEqual({
      ...{ last: '3 passed, 0 failed', code: 0 },
    });
    const violations = ['one-order:1:a/b.c@1=D', 'one-order:1:a/b.c@2=L', 'declined:1:'].map(
      (id) => ({ id }),
    );
    expect(await tally({ explore: { scenarios, violations } }, 'explore')).toEqual({
      ...{ last: '1 passed, 2 failed', code: 1 },
    });
  });

  it('counts an exploration as one failure that broke nothing, and failed all the same', async () => {
    expect(await tally({ explore: { scenarios, violations: [] } }, 'explore')).toEqual({
      ...{ last: '3 passed, 1 failed', code: 1 },
    });
  });

  it('counts each guard by whether its absence was noticed as expected', async () => {
    expect(await tally({ guards: { asExpected: 130, unexpected: 0 } })).toEqual({
      ...{ last: '130 passed, 0 failed', code: 0 },
    });
    expect(await tally({ guards: { asExpected: 128, unexpected: 2 } }, 'guards')).toEqual({
      ...{ last: '128 passed, 2 failed', code: 1 },
    });
  });

  it('adds up all steps, and counts one that left nothing behind as a failure', async () => {
    const reports = {
      tests: { numPassedTests: 10, numFailedTests: 0 },
      demo: { checks: [{ problems: [] }, { problems: [] }] },
      guards: { asExpected: 5, unexpected: 0 },
    };
    expect(await tally(reports)).toEqual({ last: '17 passed, 0 failed', code: 0 });
    expect(await tally(reports, 'explore')).toEqual({ last: '17 passed, 1 failed', code: 1 });
  });

  it('does not pass when nothing was counted', async () => {
    expect(await tally({})).toEqual({ last: '0 passed, 0 failed', code: 1 });
  });
});
