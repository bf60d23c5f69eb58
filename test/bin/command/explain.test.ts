import { describe, expect, it } from 'vitest';
import { EngineDied, explainFailure } from '../../../bin/command/explain.ts';
import { Unwritable } from '../../../bin/command/json-file.ts';
import { SynthesisFailed } from '../../../bin/command/synthesize.ts';
import { DynoxideFailed } from '../../../local/dynamodb/dynoxide-failed.ts';
import { DataDirError } from '../../../local/journal/journal.ts';
import { TemplateError } from '../../../local/template/properties.ts';

describe('why a command failed', () => {
  it.each([
    [new EngineDied('It is dead.'), 'It is dead.'],
    [new Unwritable('No such file.'), 'No such file.'],
    [new DynoxideFailed('Run npm ci.'), 'Run npm ci.'],
    [new DataDirError('Take another folder.'), 'Take another folder.'],
    [new TemplateError('Bus: unknown'), 'The template cannot be run here. Bus: unknown'],
    [new SynthesisFailed('a.ts: 1'), 'The stack could not be synthesized. a.ts: 1'],
  ])('is said in words that say what to do, and nothing more, for %s', (error, said) => {
    expect(explainFailure(error, 'The demo failed')).toBe(said);
  });

  it('names the folder that is full', () => {
    const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
    expect(explainFailure(full, 'The demo failed')).toContain('the folder for temporary files');
    expect(explainFailure(full, 'The demo failed', '/kept')).toMatch(/^The disk is full: \/kept /);
  });

  it('shows where a defect comes from', () => {
    expect(explainFailure(new RangeError('odd'), 'The demo failed')).toMatch(
      /^The demo failed: RangeError: odd\n.*explain\.test\.ts/,
    );
    expect(explainFailure('a word', 'The demo failed')).toBe('The demo failed: a word');
  });
});
