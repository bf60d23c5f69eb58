/**
 * In each test file of a recorded run: listens to the engine's grants and denials and leaves them in
 * the folder that the environment names, each once, grants with the test that used them first.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, expect } from 'vitest';
import { denials, type Grant, grants } from '../../local/iam/access.ts';
import { nameOf } from './granted.ts';
import type { Recorded, RecordedUse } from './recorded.ts';

const folder = process.env.EVERONCE_IAM_RECORD;
const uses = new Map<string, RecordedUse>();

grants.subscribe((message) => {
  const { action, resource, ...place } = message as Grant;
  const statement = nameOf(place);
  const { testPath = '', currentTestName = 'before the first test' } = expect.getState();
  const file = relative('.', testPath);
  // Files may share a process.
  const key = `${file} ${statement} ${action} ${resource}`;
  if (uses.has(key)) return;
  uses.set(key, { statement, action, resource, file, test: currentTestName });
});

const refusals = new Set<string>();

denials.subscribe((message) => {
  refusals.add(String(message));
  // A test file that fails for it may not come to its end.
  save();
});

afterAll(save);

const name = `${randomUUID()}.json`;

function save(): void {
  const recorded: Recorded = { uses: [...uses.values()], refusals: [...refusals] };
  if (folder) writeFileSync(join(folder, name), JSON.stringify(recorded));
}
