/** A campaign in the report: its numbers, what it ran, what struck where, and what it checked. */
import { allFaultKinds } from '../../local/explorer/fault-kinds.ts';
import { assumptions } from './assumptions.ts';
import { type Cell, type CoverageRow, coverageOf, holesOf, letters } from './coverage.ts';
import { absent } from './invariants/absent.ts';
import { invariants } from './invariants/all.ts';
import { tableOf } from './markdown.ts';
import { askedFor, missing } from './must-happen.ts';
import type { CampaignRecord, FoundViolation } from './record.ts';

export const campaignPart = (record: CampaignRecord): string =>
  [
    factsOf(record),
    '',
    ...violationsOf(record.violations),
    '### Scenarios',
    '',
    scenariosOf(record),
    '',
    '### Kinds and boundaries',
    '',
    ...coverageLines(record),
    '',
    '### Invariants',
    '',
    invariantsOf(),
    '',
    '### Left out, since the pipeline assumes otherwise',
    '',
    ...assumptions.map(({ sentence }) => `- ${sentence}`),
  ].join('\n');

function factsOf(record: CampaignRecord): string {
  const { commit, seed, depth, isComplete, schedules, workers, seconds } = record;
  const { undisturbed, depthOne, depthTwo, swarm } = schedules;
  const total = undisturbed + depthOne + depthTwo + swarm;
  const sum = (of: 'sites' | 'repeats' | 'opened') =>
    record.scenarios.reduce((all, each) => all + each[of], 0);
  const { pruned, pairsLeft } = record;
  return tableOf(
    ['what', 'how many'],
    [
      ['commit, seed', `${commit}, ${seed}`],
      ['depth', `${depth}, ${isComplete ? 'depth one complete' : 'only a part of depth one'}`],
      ['scenarios', record.scenarios.length],
      [
        'sites',
        `${count(sum('sites'))}, and ${count(sum('opened'))} that faults have opened; ${count(sum('repeats'))} more repeat what was explored four times`,
      ],
      ['schedules', total],
      [
        'of these',
        `${count(undisturbed)} undisturbed, ${count(depthOne)} of depth one, at sites of undisturbed runs and at those that faults have opened, ${count(depthTwo)} pairs, ${count(swarm)} swarms`,
      ],
      ['pairs pruned by equal state', pruned],
      ...(pairsLeft === undefined ? [] : [['pairs left when time was up', pairsLeft] as const]),
      ['different traces', record.distinctTraces],
      ['violations', record.violations.length],
      ['never happened', `${neverHappened(record)} of ${askedFor} things that must happen`],
      [
        'time',
        `${count(seconds)} s on ${workers} threads: ${(total / Math.max(seconds, 1)).toFixed(1)} schedules a second`,
      ],
    ],
  );
}

const count = (number: number): string => number.toLocaleString('en-US');

const neverHappened = (record: CampaignRecord): string =>
  record.isComplete ? `${missing(record).length}` : 'not asked of a part:';

const violationsOf = (violations: readonly FoundViolation[]): string[] =>
  violations.flatMap(({ invariant, name, problem, shrunk }) => [
    `- **${invariant} ${name}**: ${problem}. \`npm run explore -- --replay '${shrunk}'\``,
    '',
  ]);

const scenariosOf = ({ scenarios }: CampaignRecord): string =>
  tableOf(
    ['scenario', 'story', 'sites', 'opened', 'schedules'],
    scenarios.map(({ name, title, sites, opened, schedules }) => [
      ...[`\`${name}\``, title, sites, opened, schedules],
    ]),
  );

/** Reasons are numbered, and stand below the table. */
function coverageLines(record: CampaignRecord): string[] {
  const rows = coverageOf(record.struck);
  const reasons = [...new Set(rows.flatMap(({ cells }) => cells.flatMap(reasonOf)))];
  const kinds = letters.map((letter) => {
    const titles = allFaultKinds.filter((kind) => kind.letter === letter).map(({ id }) => id);
    return `${letter} (${[...new Set(titles)].join(', ')})`;
  });
  return [
    `How often faults of each kind have struck at each boundary; a fault can lie at several. Bold: the charter asks for it. A number in brackets: why there is none. Kinds and their variants: ${kinds.join('; ')}.`,
    '',
    tableOf(
      ['#', 'boundary', ...letters],
      rows.map((row) => rowOf(row, reasons)),
    ),
    '',
    ...reasons.map((reason, at) => `${at + 1}. ${reason}.`),
    ...(record.isComplete ? holesOf(record).map((hole) => `- HOLE: ${hole}`) : []),
  ];
}

const reasonOf = ({ reason }: Cell): string[] => (reason === undefined ? [] : [reason]);

const rowOf = ({ boundary, cells }: CoverageRow, reasons: readonly string[]) => [
  boundary.number,
  boundary.title,
  ...cells.map((cell) => cellText(cell, reasons)),
];

function cellText({ count: struck, isWanted, reason }: Cell, reasons: readonly string[]): string {
  const shown = struck === 0 ? '' : count(struck);
  if (!isWanted) return shown;
  if (struck > 0) return `**${shown}**`;
  return reason === undefined ? '**none**' : `(${reasons.indexOf(reason) + 1})`;
}

const invariantsOf = (): string =>
  tableOf(
    ['invariant', 'promise'],
    [
      ...invariants.map(({ id, name, sentence }) => [`${id} ${name}`, sentence]),
      ...absent.map(({ id, name, reason }) => [`${id} ${name}`, `*${reason}*`]),
    ],
  );
