import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../bin/command/progress.ts';

function progressOn(terminal: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const clock = { nowMs: 0 };
  const progress = createProgress('placing', 10, {
    out: { ...terminal, write: (text) => written.push(text) },
    nowMs: () => clock.nowMs,
  });
  const at = (seconds: number) => {
    clock.nowMs = seconds * 1000;
  };
  return { progress, written, at };
}

describe('progress', () => {
  it('is a bar on a terminal, which each update writes over, and which goes at the end', () => {
    const { progress, written } = progressOn({ isTTY: true, columns: 100 });
    progress.update(5, 'and more');
    expect(written).toEqual([`\rplacing ${'█'.repeat(20)}${'░'.repeat(20)} 5/10 and more\u001b[K`]);
    progress.finish();
    expect(written.at(-1)).toBe('\r\u001b[K');
  });

  it('is never broken in two by a narrow terminal', () => {
    const { progress, written } = progressOn({ isTTY: true, columns: 20 });
    progress.update(5, 'and more');
    expect(written[0]).toBe(`\rplacing ${'█'.repeat(11)}\u001b[K`);
  });

  it('is a line for each minute in a log, and nothing for what takes less', () => {
    const { progress, written, at } = progressOn({ isTTY: false });
    for (const seconds of [0, 59, 60, 61, 119, 121, 122]) {
      at(seconds);
      progress.update(Math.floor(seconds / 13), `after ${seconds} s`);
    }
    progress.finish();
    expect(written).toEqual(['placing 4/10 after 60 s\n', 'placing 9/10 after 121 s\n']);
  });
});
