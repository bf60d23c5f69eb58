/** Guards of the pipeline in the report: which were taken away, and who noticed. */
import { absentGuards } from './guards/absent.ts';
import { tableOf } from './markdown.ts';
import type { GuardRecord } from './record.ts';

export function guardsPart(guards: readonly GuardRecord[]): string {
  const wanted = guards.filter(({ expects }) => expects.length > 0);
  const unseen = guards.filter(({ expects }) => expects.length === 0);
  const noticed = wanted.filter(({ wrong }) => !wrong);
  const groups = noticed.filter(({ id }) => id.includes('+'));
  const green = unseen.filter(({ wrong }) => !wrong);
  const grouped = unseen.filter(({ id }) => groups.some((each) => each.id.split('+').includes(id)));
  return [
    `**${noticed.length} of ${wanted.length}** removals were noticed, ${groups.length} of them removals of several guards at once: with any one of these back, nothing of it broke.`,
    `${green.length} of ${unseen.length} guards in depth, removed alone, stayed unseen, as they must; ${grouped.length} of them are noticed together with others, and why the rest stay says [decision 0009](decisions/0009-guards-that-nobody-misses.md).`,
    '',
    tableOf(['removed', 'what it keeps', 'broke', 'schedule'], wanted.map(noticedRow)),
    '',
    'In depth, each unseen when it alone is removed:',
    '',
    tableOf(['removed', 'what it keeps', 'who covers for it'], unseen.map(unseenRow)),
    '',
    'Guards of the charter that this pipeline does not have:',
    '',
    tableOf(['guard', 'why'], Object.entries(absentGuards)),
  ].join('\n');
}

const noticedRow = ({ id, name, invariant = '', killedBy, wrong }: GuardRecord) => [
  id,
  name,
  wrong ? `WRONG: ${wrong}` : invariant,
  killedBy === undefined ? '' : `\`${killedBy}\``,
];

const unseenRow = ({ id, name, killedBy, remark = '', wrong }: GuardRecord) => [
  id,
  name,
  wrong ? `WRONG: ${wrong}${killedBy ? ` by \`${killedBy}\`` : ''}` : remark,
];
