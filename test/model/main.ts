/** `node test/model/main.ts`: the model explored, with as many faults as one has time for. */
import { showUsage } from '../../bin/command/command-line.ts';
import { writeReport } from '../../bin/explore/report.ts';
import { type Exploration, explore } from './explore.ts';
import { guardNames, guards } from './guards.ts';
import { parseOptions, usage } from './options.ts';
import { type Removal, remove } from './removal.ts';
import { type Scenario, scenarios } from './scenarios.ts';

function main(args: readonly string[]): number {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const { faults, guards, writes } = parsed.options;
  const explored = scenarios.map((scenario) => exploreAndTell(scenario, faults));
  const noticed = guards ? guardNames.map((each) => notices(remove(each, faults))) : [];
  const isRight = explored.every(({ violation }) => violation === undefined);
  if (writes && isRight) {
    const states = explored.reduce((sum, each) => sum + each.states, 0);
    const killed = noticed.filter(Boolean).length;
    writeReport({ model: { faults, states, killed, guards: noticed.length } });
  }
  return isRight && noticed.every(Boolean) ? 0 : 1;
}

function exploreAndTell(scenario: Scenario, faults: number): Exploration {
  const exploration = explore(scenario, { faults });
  const { states, ends, violation } = exploration;
  const count = `${states.toLocaleString('en')} states with up to ${faults} faults`;
  if (violation) print(`${scenario.name}: ${violation.problem} (${count})`, violation.path);
  else print(`${scenario.name}: all ${count} hold; it ends`, [...ends].sort());
  return exploration;
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
