/** `node test/model/main.ts`: the model explored, with as many faults as one has time for. */
import { showUsage } from '../../bin/command/command-line.ts';
import type { ModelRecord } from '../../bin/explore/record.ts';
import { writeReport } from '../../bin/explore/report.ts';
import { explore } from './explore.ts';
import { guardNames, guards } from './guards.ts';
import { parseOptions, usage } from './options.ts';
import { type Removal, remove } from './removal.ts';
import { type Scenario, scenarios } from './scenarios.ts';

function main(args: readonly string[]): number {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const { faults, guards, writes } = parsed.options;
  const found = scenarios.map((scenario) => holds(scenario, faults));
  const isRight = found.every(Boolean);
  const noticed = guards ? guardNames.map((each) => notices(remove(each, faults))) : [];
  if (writes && isRight) writeReport({ model: recordOf(faults, noticed) });
  return isRight && noticed.every(Boolean) ? 0 : 1;
}

/** Also with two faults, where there were more: so many the tests explore. */
function recordOf(faults: number, noticed: readonly boolean[]): ModelRecord {
  const depths = [...new Set([Math.min(faults, 2), faults])];
  const statesWith = (most: number) =>
    scenarios.reduce((sum, scenario) => sum + explore(scenario, { faults: most }).states, 0);
  return {
    explored: depths.map((most) => ({ faults: most, states: statesWith(most) })),
    killed: noticed.filter(Boolean).length,
    guards: noticed.length,
  };
}

function holds(scenario: Scenario, faults: number): boolean {
  const { states, ends, violation } = explore(scenario, { faults });
  const count = `${states.toLocaleString('en')} states with up to ${faults} faults`;
  if (violation) print(`${scenario.name}: ${violation.problem} (${count})`, violation.path);
  else print(`${scenario.name}: all ${count} hold; it ends`, [...ends].sort());
  return violation === undefined;
}

function notices({ guard, states, found }: Removal): boolean {
  const count = `${states.toLocaleString('en')} states`;
  const what = `\nWithout ${guard} (${guards[guard]})`;
  if (found) print(`${what}: ${found.problem}; ${found.faults} faults, ${count}`, found.path);
  else print(`${what}: nothing goes wrong in ${count}`, []);
  return found !== undefined;
}

function print(line: string, details: readonly string[]): void {
  console.log(line);
  for (const detail of details) console.log(`  ${detail}`);
}

process.exitCode = main(process.argv.slice(2));
