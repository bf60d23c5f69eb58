/** Guards of the pipeline in the report: which were taken away, and who noticed. */
import { absentGuards } from './guards/absent.ts';
import { tableOf } from './markdown.ts';
import type { GuardRecord } from './record.ts';

export function guardsPart(guards: readonly GuardRecord[]): string {
  const wanted = guards.filter(({ expects }) => expects.length > 0);
  const unseen = guards.filter(({ expects }) => expects.length === 0);
  const killed = wanted.filter(({ killedBy }) => killedBy !== undefined);
  const green = unseen.filter(({ killedBy }) => killedBy === undefined);
  return [
    `**${killed.length} of ${wanted.length}** removals were noticed. ${green.length} of ${unseen.length} guards in depth, removed alone, stayed unseen, as they must; what they stand behind is removed with them in the pairs.`,
    '',
    tableOf(['removed', 'what it keeps', 'broke', 'schedule'], wanted.map(noticed)),
    '',
    'In depth, each unseen when it alone is removed:',
    '',
    tableOf(['removed', 'what it keeps', 'why'], unseen.map(unnoticed)),
    '',
    'Guards of the charter that this pipeline does not have:',
    '',
    tableOf(['guard', 'why'], Object.entries(absentGuards)),
  ].join('\n');
}

const noticed = ({ id, name, invariant, killedBy, expects, remark }: GuardRecord) => [
  id,
  remark === undefined ? name : `${name} (${remark})`,
  invariant ?? `NOTHING, expected ${expects.join(' or ')}`,
  killedBy === undefined ? '' : `\`${killedBy}\``,
];

const unnoticed = ({ id, name, killedBy, remark = '' }: GuardRecord) => [
  id,
  name,
  killedBy === undefined ? remark : `NOTICED by \`${killedBy}\``,
];
