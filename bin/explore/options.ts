/** The command line of `npm run explore`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { allFaultKinds, faultKind } from '../../local/explorer/fault-kinds.ts';
import { parseSchedule, type Schedule } from '../../local/explorer/schedule.ts';
import type { Site } from '../../local/explorer/site.ts';
import { type Parsed, parsed, whole } from '../command/command-line.ts';
import { boundaries, boundariesOf } from './boundaries.ts';
import type { Wanted } from './frontier.ts';
import { removals } from './guards/removals.ts';
import { scenarioNamed, scenarios } from './scenarios/all.ts';

export const usage = `Usage: npm run explore -- [options]

Runs the deployed bundles and state machine in virtual time, one story of clients and operators
after the other, breaks each at every call, delivery, request and event, in every way that applies,
and checks every invariant all the while. What breaks one is shrunk and shown, with the command
that repeats it. Without options: depth one of every scenario, in half an hour on two cores. Single
faults come in random order, then what they open: ended early, it has been everywhere.
Exit status 1 on any violation, and on anything that should have happened and never did.

  --depth N        1: every fault at every site, also at those that a fault has opened.
                   2: then all pairs of faults, pruned by equal state, and swarms. Default: 1
  --minutes N      Ends after so many minutes. Default: none at depth 1, 60 at depth 2
  --scenario A,B   Only these. Default: all; '--scenario list' shows them
  --boundary N,M   Only faults at these boundaries. Default: all; '--boundary list' shows them
  --kind L,T       Only faults of these letters: ${letters().join(' ')}. Default: all
  --seed N         Seed of the runs, and of what is drawn. Default: 1
  --workers N      Threads. Default: one per core
  --replay ID      Runs one schedule and shows what happened, in order. Under a debugger:
                   node --inspect-brk --import ./bin/node-24.js bin/explore.ts --replay ID
  --times N        With --replay: so often; every run must have the same trace. Default: 1
  --guards         Removes one guard of the pipeline after the other from what is deployed; the
                   schedule recorded for it must then break an invariant
  --search         With --guards: finds a schedule where the recorded one does not do, and records
                   it; guards that must go unseen are tried with hundreds more
  --guard A,B      With --guards: only these
  --write          Writes what was found into docs/exploration.md, in the place of what stood there:
                   a campaign of all scenarios, all guards, or the replays
  --json FILE      Writes everything to FILE
  --help           Shows this.`;

export interface Options {
  readonly mode: 'campaign' | 'replay' | 'guards' | 'scenarios' | 'boundaries';
  readonly depth: 1 | 2;
  /** 0: no limit. */
  readonly minutes: number;
  readonly scenarios: readonly string[];
  readonly wanted: Wanted;
  /** Nothing was left out. */
  readonly isWhole: boolean;
  /** To some kinds or boundaries. */
  readonly isNarrowed: boolean;
  readonly seed: number;
  readonly workers: number;
  readonly replay: Schedule | undefined;
  readonly times: number;
  readonly guards: readonly string[];
  readonly searches: boolean;
  readonly writes: boolean;
  readonly json: string | undefined;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const known = {
  ...{ depth: text, minutes: text, scenario: text, boundary: text, kind: text, seed: text },
  ...{ workers: text, replay: text, times: text, guards: flag, search: flag, guard: text },
  ...{ write: flag, json: text, help: flag },
};

export function parseOptions(args: readonly string[]): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({ args: [...args], options: known });
    if (values.help) return 'help';
    expectTogether(values);
    const depth = whole('--depth', values.depth ?? '1', 2) as 1 | 2;
    const minutes =
      values.minutes === undefined ? undefined : whole('--minutes', values.minutes, 10_000);
    return {
      ...{ mode: modeOf(values), depth, writes: values.write, searches: values.search },
      minutes: minutes ?? (depth === 2 ? 60 : 0),
      scenarios: scenariosOf(values.scenario),
      wanted: wantedOf(values),
      isWhole: !values.scenario && !values.boundary && !values.kind,
      isNarrowed: Boolean(values.boundary || values.kind),
      seed: whole('--seed', values.seed ?? '1', 0xffff_ffff),
      workers: whole('--workers', values.workers ?? String(availableParallelism()), 64),
      replay: values.replay === undefined ? undefined : scheduleOf(values.replay),
      times: whole('--times', values.times ?? '1', 100_000),
      guards: listOf(values.guard).map(removalNamed),
      json: values.json,
    };
  });
}

type Values = {
  readonly scenario?: string;
  readonly boundary?: string;
  readonly kind?: string;
  readonly replay?: string;
  readonly times?: string;
  readonly guards?: boolean;
  readonly guard?: string;
  readonly search?: boolean;
  readonly depth?: string;
  readonly minutes?: string;
  readonly write?: boolean;
};

/** Options that say nothing without another one. */
const companions = [
  ['times', 'replay'],
  ['search', 'guards'],
  ['guard', 'guards'],
] as const;

/** Options of campaigns, which run neither a given schedule nor those recorded for guards. */
const ofCampaigns = ['scenario', 'boundary', 'kind', 'depth', 'minutes'] as const;

/** Options under which only a part is run, which must not take the place of a whole in the report. */
const ofParts = ['scenario', 'boundary', 'kind', 'guard'] as const;

function expectTogether(values: Values): void {
  for (const [name, other] of companions)
    if (values[name] && !values[other])
      throw new Error(`--${name} says something about --${other}, which is missing`);
  const { replay, guards, write } = values;
  if (replay !== undefined)
    expectNone(values, ['guards', ...ofCampaigns], '--replay runs one schedule');
  if (guards) expectNone(values, ofCampaigns, '--guards runs the schedules recorded for them');
  if (write) expectNone(values, ofParts, '--write keeps whole runs only');
}

function expectNone(values: Values, names: readonly (keyof Values)[], reason: string): void {
  const given = names.find((name) => values[name]);
  if (given) throw new Error(`${reason}: leave --${given} out`);
}

function modeOf({ scenario, boundary, replay, guards }: Values): Options['mode'] {
  if (scenario === 'list') return 'scenarios';
  if (boundary === 'list') return 'boundaries';
  if (replay !== undefined) return 'replay';
  return guards ? 'guards' : 'campaign';
}

/** One that can be run here: its scenario and its faults are known. */
function scheduleOf(id: string): Schedule {
  const schedule = parseSchedule(id);
  scenarioNamed(schedule.scenario);
  for (const { site, fault } of schedule.faults) faultKind(site, fault);
  return schedule;
}

function removalNamed(id: string): string {
  const known = removals().map((each) => each.id);
  if (known.includes(id)) return id;
  throw new Error(`there is no guard ${id}; there are ${known.join(', ')}`);
}

const listOf = (text = ''): string[] => text.split(',').filter(Boolean);

const scenariosOf = (text: string | undefined): string[] =>
  text === undefined || text === 'list'
    ? scenarios.map(({ name }) => name)
    : listOf(text).map((name) => scenarioNamed(name).name);

function wantedOf({ boundary, kind }: Values): Wanted {
  const numbers = boundary === 'list' ? [] : listOf(boundary).map(boundaryNamed);
  const wantedLetters = listOf(kind).map(letterNamed);
  return (site: Site, fault: string, scenario: string) =>
    (numbers.length === 0 || boundariesOf(site, scenario).some((each) => numbers.includes(each))) &&
    (wantedLetters.length === 0 || wantedLetters.includes(fault.charAt(0)));
}

function boundaryNamed(text: string): number {
  const found = boundaries.find(({ number }) => String(number) === text);
  if (found) return found.number;
  throw new Error(
    `there is no boundary ${text}; there are ${boundaries.map(({ number }) => number).join(', ')}`,
  );
}

function letterNamed(text: string): string {
  if (letters().includes(text)) return text;
  throw new Error(`there is no kind ${text}; there are ${letters().join(', ')}`);
}

function letters(): string[] {
  return [...new Set(allFaultKinds.map(({ letter }) => letter))];
}
