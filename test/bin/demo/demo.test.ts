import { describe, expect, it } from 'vitest';
import { run } from '../running.ts';

const demo = (...args: string[]) => run(['bin/demo.ts', ...args]).ended;

describe('npm run demo', () => {
  it('knows before the run that its result cannot be written', async () => {
    const { status, output } = await demo('--json', 'no-such-folder/report.json');
    expect(output).toMatch(/^--json: no-such-folder\/report\.json cannot be written: ENOENT.*\n$/);
    expect(status).toBe(1);
  });

  it('says in one line what is missing from its input', async () => {
    const { status, output } = await demo('--input', 'no-such-folder');
    expect(output).toMatch(/^no-such-folder\/products\.jsonl does not exist: --input needs .*\n$/);
    expect(status).toBe(1);
  });

  it('shows how to use it when it is used wrongly', async () => {
    const { status, output } = await demo('--orders', 'many');
    expect(output).toMatch(/^--orders is "many"[\s\S]*Usage: npm run demo/);
    expect(status).toBe(2);
  });
});
