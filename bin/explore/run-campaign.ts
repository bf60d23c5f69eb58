/** A campaign from its options to its record: what is run, how far it is, and what is said at its end. */
import { parseSchedule } from '../../local/explorer/schedule.ts';
import { commitNow } from '../command/commit.ts';
import type { Ending } from '../command/ending.ts';
import { createProgress } from '../command/progress.ts';
import { table } from '../demo/report.ts';
import { Campaign, type CampaignTally } from './campaign.ts';
import { holesOf } from './coverage.ts';
import { invariants } from './invariants/all.ts';
import { Lab } from './lab.ts';
import type { Outcome } from './main.ts';
import { missing } from './must-happen.ts';
import type { Options } from './options.ts';
import type { CampaignRecord, FoundViolation } from './record.ts';
import { writeReport } from './report.ts';
import { scenarioNamed } from './scenarios/all.ts';
import { timelineOf } from './timeline.ts';
import { Workers } from './workers.ts';

const minuteMs = 60_000;
const swarmShare = 0.25;
/** Timelines are long: of more violations only the schedules are shown. */
const mostTimelines = 3;

export async function runCampaign(
  options: Options,
  { assembly, ending }: { assembly: string; ending: Pick<Ending, 'add' | 'signal'> },
): Promise<Outcome> {
  const { depth, minutes, seed, wanted, workers: count } = options;
  const workers = new Workers(assembly, count);
  ending.add(() => workers.close());
  const bar = createProgress('exploring', 100);
  const campaign = new Campaign({
    ...{ workers, seed, wanted, scenarios: options.scenarios, goesOn: depth === 2 },
    swarmShare: options.isNarrowed ? 0 : swarmShare,
    signal: ending.signal,
    limitMs: minutes === 0 ? Number.POSITIVE_INFINITY : minutes * minuteMs,
    onProgress: (tally) => bar.update(...progressOf(tally, options)),
    onViolation: ({ invariant, name, shrunk }) =>
      console.error(`${invariant} ${name} is broken: npm run explore -- --replay '${shrunk}'`),
  });
  const tally = await campaign.run().finally(() => bar.finish());
  const violations = await withTimelines(assembly, tally.violations);
  const record = recordOf(tally, { options, violations });
  const wants = record.isComplete ? [...missing(record), ...holesOf(record)] : [];
  if (options.writes) writeReport(record);
  return {
    status: violations.length + wants.length === 0 ? 0 : 1,
    text: render(record, wants),
    record,
  };
}

/** Per cent done, and what stands behind the bar. */
function progressOf(tally: CampaignTally, { depth, minutes }: Options): [number, string] {
  const { plan, seconds, violations } = tally;
  const done = runsOf(tally);
  const left = depth === 1 ? plan.left : plan.left + plan.pairs.left;
  const perSecond = done / seconds;
  const secondsLeft = minutes > 0 ? minutes * 60 - seconds : left / perSecond;
  const share = minutes > 0 ? seconds / (minutes * 60) : done / (done + left);
  const sites = plan.counts.reduce((sum, { sites, opened }) => sum + sites + opened, 0);
  const found = violations.length > 0 ? `, ${violations.length} VIOLATIONS` : '';
  const rate = `${perSecond.toFixed(1)} schedules/s, ${Math.ceil(secondsLeft / 60)} min left`;
  return [
    Math.floor(100 * Math.min(share, 1)),
    `${done} schedules, ${sites} sites, ${rate}${found}`,
  ];
}

const runsOf = ({ runs }: CampaignTally): number =>
  Object.values(runs).reduce((sum, count) => sum + count, 0);

/** Repeated alone, with everything that happened. */
async function withTimelines(
  assembly: string,
  violations: readonly FoundViolation[],
): Promise<FoundViolation[]> {
  if (violations.length === 0) return [];
  const lab = await Lab.open(assembly, invariants);
  try {
    const told: FoundViolation[] = [];
    for (const violation of violations.slice(0, mostTimelines)) {
      const timeline = timelineOf(await lab.run(parseSchedule(violation.shrunk)));
      told.push({ ...violation, timeline });
    }
    return [...told, ...violations.slice(mostTimelines)];
  } finally {
    await lab.close();
  }
}

function recordOf(
  tally: CampaignTally,
  { options, violations }: { options: Options; violations: readonly FoundViolation[] },
): CampaignRecord {
  const { plan, runs, struck, marks, distinctTraces, seconds, isComplete } = tally;
  return {
    commit: commitNow(),
    seed: options.seed,
    depth: options.depth,
    isComplete: isComplete && options.isWhole,
    scenarios: plan.counts.map((count) => ({
      ...count,
      title: scenarioNamed(count.name).title,
    })),
    schedules: {
      undisturbed: runs.undisturbed,
      depthOne: runs['depth one'],
      depthTwo: runs.pairs,
      swarm: runs.swarm,
    },
    pruned: plan.pairs.pruned,
    ...(options.depth === 2 && { pairsLeft: plan.pairs.left }),
    distinctTraces,
    workers: options.workers,
    seconds: Math.round(seconds),
    struck: [...struck.values()],
    marks: Object.fromEntries(marks),
    violations,
  };
}

function render(record: CampaignRecord, wants: readonly string[]): string {
  const { scenarios, schedules, pruned, seconds, violations, seed, depth, isComplete } = record;
  const total = Object.values(schedules).reduce((sum, count) => sum + count, 0);
  const sum = (of: 'sites' | 'opened') => scenarios.reduce((all, each) => all + each[of], 0);
  return [
    `Everonce: every fault explored to depth ${depth}, seed ${seed}`,
    '',
    ...table([
      ['scenarios', String(scenarios.length)],
      ['sites', `${sum('sites')}, and ${sum('opened')} that faults have opened`],
      [
        'schedules',
        `${total} (${Object.entries(schedules)
          .map(([kind, count]) => `${kind} ${count}`)
          .join(', ')})`,
      ],
      ['pruned', String(pruned)],
      [
        'took',
        `${seconds} s, ${(total / Math.max(seconds, 1)).toFixed(1)} schedules/s on ${record.workers} threads`,
      ],
      ['complete', isComplete ? 'yes' : 'no: only a part was asked for, or time was up'],
      ['violations', String(violations.length)],
    ]),
    ...violations.flatMap((violation) => ['', ...tell(violation)]),
    ...(wants.length > 0
      ? ['', 'Never happened, and should have:', ...wants.map((want) => `  ${want}`)]
      : []),
  ].join('\n');
}

const tell = ({ invariant, name, problem, shrunk, timeline }: FoundViolation): string[] => [
  `${invariant} ${name}: ${problem}`,
  timeline ?? `  npm run explore -- --replay '${shrunk}'`,
];
