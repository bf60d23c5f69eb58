/**
 * Adds up what the steps of a CI run left behind: `node tally.js <folder> <failed step>…`. A step that
 * failed without a counted failure (lint, types, synthesis, a crash) is a failure itself. Any Node.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '', ...failedSteps] = process.argv.slice(2);

const read = (name) => {
  const path = join(folder, name);
  // The demo creates its file first and writes it last.
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text === '' ? undefined : JSON.parse(text);
};

function ofTests(report) {
  return { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 };
}

/** Of the demo, and of the kill test, which checks the same at its end. */
function ofChecks(report) {
  const checks = report?.checks ?? [];
  const failed = checks.filter(({ problems }) => problems.length > 0).length;
  return { passed: checks.length - failed, failed };
}

/** A scenario passes when no schedule of it has broken anything. */
function ofExploration(report) {
  const broken = new Set((report?.violations ?? []).map(({ id }) => id.split(':')[0]));
  const count = report?.scenarios?.length ?? 0;
  return { passed: count - broken.size, failed: broken.size };
}

const ofGuards = (report) => ({ passed: report?.asExpected ?? 0, failed: report?.unexpected ?? 0 });

const counts = {
  test: ofTests(read('tests.json')),
  demo: ofChecks(read('demo.json')),
  'order-book': ofChecks(read('order-book.json')),
  'kill-test': ofChecks(read('kill-test.json')),
  explore: ofExploration(read('explore.json')),
  guards: ofGuards(read('guards.json')),
};

for (const step of failedSteps) {
  console.log(`failed: ${step}`);
  counts[step] ??= { passed: 0, failed: 0 };
  if (counts[step].failed === 0) counts[step].failed = 1;
}

const sum = (name) => Object.values(counts).reduce((total, each) => total + each[name], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') + failedSteps.length === 0 && sum('passed') > 0 ? 0 : 1;
