/** Guards that stand in the template alone: to take one away costs no bundling. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardThreads } from '../../../../bin/explore/guards/guard-threads.ts';
import { runGuards } from '../../../../bin/explore/guards/run-guards.ts';
import { parseOptions } from '../../../../bin/explore/options.ts';
import { assemblyDir } from '../../../support/assembly.ts';

/** Without it the saga does not end where its first refusal comes. */
const guard = 'p39';
const unharmed = 'one-order:1:';
const harmed = 'declined:1:';

describe('threads that take guards away', () => {
  let folder: string;
  let threads: GuardThreads;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'everonce-guards-'));
    threads = new GuardThreads({ assembly: assemblyDir, folder }, 1);
  });
  afterAll(async () => {
    await threads.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('run all schedules when none breaks what is expected, and tell what else broke', async () => {
    const verdict = await threads.judge({
      ...{ guards: [guard], expects: ['V27'], schedules: [unharmed, harmed, unharmed] },
    });
    expect(verdict).toMatchObject({ schedule: harmed, tried: 3 });
    expect(verdict.violation?.invariant).not.toBe('V27');
  });

  it('refuse a guard that there is not, and find nothing where none is missing', async () => {
    const trial = { guards: ['g999'], expects: [], schedules: [harmed] };
    const [refused, whole] = await Promise.allSettled([
      threads.judge(trial),
      threads.judge({ ...trial, guards: [] }),
    ]);
    expect(refused).toMatchObject({
      reason: { message: expect.stringContaining('there is no guard g999; there are g1') },
    });
    expect(whole).toMatchObject({ value: { tried: 1 } });
    expect(whole).not.toHaveProperty('value.violation');
  });
});

describe('a run without guards', () => {
  const steps: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const step of steps) await step();
  });

  it('says of each removal what noticed it, by the schedule that is recorded', async () => {
    const parsed = parseOptions(['--guards', '--guard', guard, '--workers', '1']);
    if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
    const ending = {
      ...{ signal: new AbortController().signal },
      add: (step: () => Promise<void>) => void steps.push(step),
    };
    const { status, text, record } = await runGuards(parsed.options, {
      ...{ assembly: assemblyDir, ending },
    });
    expect(text).toMatch(new RegExp(`^ {2}${guard} +V\\d+ [\\w-]+ by ${harmed}$`, 'm'));
    expect(text).toContain(
      '1 of 1 removals are noticed; 0 are defence in depth, 0 not as expected',
    );
    expect(record).toMatchObject({
      ...{ asExpected: 1, unexpected: 0 },
      guards: [{ id: guard, killedBy: harmed, invariant: expect.stringMatching(/^V\d+$/) }],
    });
    expect(status).toBe(0);
  });
});
