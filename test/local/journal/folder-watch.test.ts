import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchFiles } from '../../../local/journal/folder-watch.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';

describe('a data folder in use', () => {
  let folder: string;
  let kernel: VirtualKernel;
  let told: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'everonce-watch-'));
    kernel = new VirtualKernel(1);
    told = [];
    const paths = ['engine.sqlite', 'dynamodb.sqlite'].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, 'data');
    watchFiles(kernel, paths, (message) => told.push(message));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is left alone as long as it is what it was', async () => {
    writeFileSync(join(folder, 'engine.sqlite'), 'more data');
    await kernel.advance(10_000);
    expect(told).toEqual([]);
  });

  it('that is removed is told of within a second, once', async () => {
    rmSync(folder, { recursive: true });
    await kernel.advance(1000);
    await kernel.advance(10_000);
    expect(told).toEqual([
      expect.stringMatching(/engine\.sqlite was removed, replaced or moved .* Bring .* back/),
    ]);
  });

  it('in which a file takes the place of another is told of', async () => {
    writeFileSync(join(folder, 'copy'), 'old data');
    renameSync(join(folder, 'copy'), join(folder, 'dynamodb.sqlite'));
    await kernel.advance(1000);
    expect(told).toEqual([expect.stringContaining('dynamodb.sqlite was removed, replaced')]);
  });
});
