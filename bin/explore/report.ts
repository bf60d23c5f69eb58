/**
 * `docs/exploration.md` from what was recorded. Each part of it that is generated stands between two
 * marks of its name and is replaced by a newer one; whatever else is written there is left as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { campaignPart } from './campaign-part.ts';
import { guardsPart } from './guards-part.ts';
import type {
  CampaignRecord,
  Evidence,
  ModelRecord,
  MutationRecord,
  ReplayRecord,
  SoakRecord,
} from './record.ts';

const file = new URL('../../docs/exploration.md', import.meta.url);

/** Throws when the document has lost the marks of a part that is to be written. */
export function writeReport(recorded: CampaignRecord | Evidence): void {
  writeFileSync(file, reported(readFileSync(file, 'utf8'), recorded));
}

/** The document with every part of what is recorded; the others stay as they are. */
export function reported(document: string, recorded: CampaignRecord | Evidence): string {
  const { guards, replays, soak, model, mutation } = recorded;
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['campaign', 'scenarios' in recorded ? campaignPart(recorded) : undefined],
    ['guards', guards && guardsPart(guards)],
    ['replays', replays && replaysPart(replays)],
    ['soak', soak && soakPart(soak)],
    ['model', model && modelPart(model)],
    ['mutation', mutation && mutationPart(mutation)],
  ];
  return parts.reduce(
    (text, [name, part]) => (part === undefined ? text : replaced(text, name, part)),
    document,
  );
}

function replaced(document: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- end of ${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${file.pathname} has no part ${name}: expected ${begin} and then ${end}`);
  return `${document.slice(0, from)}${begin}\n${part}\n${document.slice(to)}`;
}

const replaysPart = ({ schedule, times, hashes }: ReplayRecord): string =>
  `\`${schedule}\` was run ${times} times, with other scenarios in between: ${
    hashes.length === 1 ? `one trace, ${hashes[0]}` : `${hashes.length} DIFFERENT TRACES`
  }.`;

const soakPart = (soak: SoakRecord): string =>
  [
    `${soak.minutes} minutes in real time under the load of ${soak.clients} clients, seed ${soak.seed}, commit ${soak.commit}:`,
    `${soak.orders.toLocaleString('en-US')} orders, ${soak.faults.toLocaleString('en-US')} faults, ${soak.kills} kills of the process;`,
    `${soak.held} of ${soak.checks} checks held at the end.`,
  ].join('\n');

const modelPart = ({ faults, states, killed, guards }: ModelRecord): string =>
  [
    `${states.toLocaleString('en-US')} states with up to ${faults} faults hold (\`node test/model/main.ts --faults ${faults}`,
    `--guards\`); ${killed === guards ? 'each' : killed} of ${guards} guards of the model, taken away, yields a violation. Every run of the explorer`,
    'is followed through the model, order by order: invariant `model`.',
  ].join('\n');

const mutationPart = ({ mutants, killed, explained }: MutationRecord): string =>
  `${killed} of ${mutants} mutants are killed (${((100 * killed) / mutants).toFixed(1)} %); ${explained} of the ${mutants - killed} survivors are explained.`;
