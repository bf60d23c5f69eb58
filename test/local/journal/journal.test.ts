import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../../local/journal/journal.ts';

describe('journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'everonce-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('still has at the next start what was written before', () => {
    const path = join(folder, 'deep', 'engine.sqlite');
    const first = openJournal(path);
    first.database.exec('CREATE TABLE sample (id TEXT); INSERT INTO sample VALUES (1)');
    first.close();
    const second = openJournal(path);
    expect(second.database.prepare('SELECT id FROM sample').all()).toEqual([{ id: '1' }]);
    second.close();
  });

  it('refuses a folder that another engine uses', () => {
    const path = join(folder, 'engine.sqlite');
    const first = openJournal(path);
    expect(() => openJournal(path)).toThrow(`another engine uses ${folder}`);
    first.close();
    openJournal(path).close();
  });

  it('refuses a file of another version, and leaves it as it is', () => {
    const path = join(folder, 'engine.sqlite');
    const foreign = new DatabaseSync(path);
    foreign.exec('PRAGMA user_version=99');
    foreign.close();
    expect(() => openJournal(path)).toThrow('written by another version of the engine (99');
    expect(() => openJournal(path)).toThrow('written by another version of the engine (99');
  });

  it('says which folder cannot be used, and why', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(() => openJournal(join(file, 'engine.sqlite'))).toThrow(
      /a-file cannot hold .*Take a folder/,
    );
  });
});
