import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { invariants } from '../../../bin/explore/invariants/all.ts';
import { askedFor } from '../../../bin/explore/must-happen.ts';
import type { CampaignRecord, GuardRecord } from '../../../bin/explore/record.ts';
import { reported } from '../../../bin/explore/report.ts';

const parts = ['campaign', 'guards', 'replays', 'model', 'mutation', 'soak'] as const;
const blank = parts
  .map(
    (name) => `# kept\n<!-- ${name}: generated -->\nold ${name}\n<!-- end of ${name} -->\n# kept\n`,
  )
  .join('');

const campaign: CampaignRecord = {
  ...{ commit: 'abc1234', seed: 7, depth: 2, isComplete: false, pruned: 12, pairsLeft: 34 },
  scenarios: [
    { name: 'one-order', title: 'One order.', sites: 53, repeats: 2, opened: 500, schedules: 1038 },
    {
      name: 'declined',
      title: 'A declined card.',
      sites: 43,
      repeats: 0,
      opened: 2,
      schedules: 400,
    },
  ],
  schedules: { undisturbed: 2, depthOne: 20_000, depthTwo: 3000, swarm: 1000 },
  ...{ distinctTraces: 5678, workers: 2, seconds: 1200, marks: {}, violations: [] },
  struck: [
    { boundary: 2, what: 'call', letter: 'L', kind: 'L', count: 3 },
    { boundary: 2, what: 'call', letter: 'L', kind: 'Lx', count: 1234 },
  ],
};

const guard = (parts: Partial<GuardRecord>): GuardRecord => ({
  ...{ id: 'g1', name: 'an order is written once', expects: ['V1', 'V2'] },
  ...parts,
});

describe('the report of a campaign', () => {
  it('replaces its own part and leaves everything else as it is', () => {
    const text = reported(blank, campaign);
    expect(text).not.toContain('old campaign');
    expect(text).toContain('old guards');
    expect(text.match(/^# kept$/gm)).toHaveLength(12);
    expect(reported(text, campaign)).toBe(text);
  });

  it('says what was run, where, and how fast', () => {
    const text = reported(blank, campaign);
    expect(text).toContain('| commit, seed | abc1234, 7 |');
    expect(text).toContain(
      '| sites | 96, and 502 that faults have opened; 2 more repeat what was explored four times |',
    );
    expect(text).toContain('| schedules | 24,002 |');
    expect(text).toContain('| pairs left when time was up | 34 |');
    expect(text).toContain('1,200 s on 2 threads: 20.0 schedules a second');
    expect(text).toContain('| `one-order` | One order. | 53 | 500 | 1,038 |');
  });

  it('counts what the charter wants, and shows what there is none of', () => {
    const row = reported(blank, campaign)
      .split('\n')
      .find((line) => line.startsWith('| 2 | API'));
    expect(row).toContain('| **none** | **1,237** |');
  });

  it('names each hole of a whole campaign, and asks nothing of a part', () => {
    expect(reported(blank, campaign)).not.toContain('HOLE');
    const whole = reported(blank, { ...campaign, isComplete: true });
    expect(whole).toContain('- HOLE: expected faults of kind B at boundary 2');
    expect(whole).toContain(
      `| never happened | ${askedFor - campaign.struck.length} of ${askedFor} things that must happen |`,
    );
  });

  it('says of each invariant what it promises', () => {
    const text = reported(blank, campaign);
    for (const { id, name, sentence } of invariants)
      expect(text).toContain(`| ${id} ${name} | ${sentence} |`);
    expect(text).toContain('| V28 webhook-auth | *the product has no webhooks* |');
  });

  it('says how to repeat what it found broken', () => {
    const violation = {
      ...{ invariant: 'V1', name: 'one-order', problem: 'expected one, found 2', step: 1, atMs: 2 },
      ...{ id: 'one-order:1:a/b.c@1=D,d/e.f@1=L', shrunk: 'one-order:1:a/b.c@1=D' },
    };
    expect(reported(blank, { ...campaign, violations: [violation] })).toContain(
      "- **V1 one-order**: expected one, found 2. `npm run explore -- --replay 'one-order:1:a/b.c@1=D'`",
    );
  });
});

describe('the report of guards', () => {
  it('counts who was noticed, by which invariant and schedule, and who never was', () => {
    const guards = [
      guard({ invariant: 'V1', killedBy: 'one-order:1:a/b.c@1=D' }),
      guard({ id: 'g9', wrong: 'nothing broke, expected V1 or V2' }),
      guard({ id: 'g5+g7', invariant: 'V1', killedBy: 'one-order:1:a/b.c@2=D' }),
      guard({ id: 'g5', expects: [], remark: 'the row knows better' }),
    ];
    const text = reported(blank, { guards });
    expect(text).toContain('**2 of 3** removals were noticed, 1 of them removals of several');
    expect(text).toContain(
      '1 of 1 guards in depth, removed alone, stayed unseen, as they must; 1 of',
    );
    expect(text).toContain('| g1 | an order is written once | V1 | `one-order:1:a/b.c@1=D` |');
    expect(text).toContain(
      '| g9 | an order is written once | WRONG: nothing broke, expected V1 or V2 |  |',
    );
    expect(text).toContain('| g5 | an order is written once | the row knows better |');
    expect(text).toContain('old campaign');
  });

  it('does not hide that a guard in depth was missed all the same', () => {
    const wrong = 'V1 one-order broke, expected nothing';
    const guards = [guard({ expects: [], killedBy: 'one-order:1:a/b.c@1=D', wrong })];
    const text = reported(blank, { guards });
    expect(text).toContain('0 of 1 guards in depth');
    expect(text).toContain(`WRONG: ${wrong} by \`one-order:1:a/b.c@1=D\``);
  });
});

describe('the report of other evidence', () => {
  it('says whether replays were one', () => {
    const replays = { schedule: 'one-order:1:', times: 100, hashes: ['abc'] };
    expect(reported(blank, { replays })).toContain('one trace, abc');
    expect(reported(blank, { replays: { ...replays, hashes: ['a', 'b'] } })).toContain(
      '2 DIFFERENT TRACES',
    );
  });

  it('has model, mutants and soak in a sentence each', () => {
    const text = reported(blank, {
      model: { faults: 3, states: 261_781, killed: 18, guards: 18 },
      mutation: { mutants: 1000, killed: 950, explained: 50 },
      soak: {
        ...{ commit: 'abc', seed: 3, minutes: 10, clients: 8, orders: 1234, kills: 5 },
        ...{ faults: 300, held: 9, checks: 9 },
      },
    });
    expect(text).toContain('261,781 states with up to 3 faults hold');
    expect(text).toContain('each of 18 guards of the model, taken away, yields a violation');
    expect(text).toContain('950 of 1000 mutants are killed (95.0 %); 50 of the 50 survivors');
    expect(text).toContain('1,234 orders, 300 faults, 5 kills of the process;');
    for (const name of ['soak', 'model', 'mutation']) expect(text).not.toContain(`old ${name}`);
  });
});

describe('the document', () => {
  const document = readFileSync('docs/exploration.md', 'utf8');

  it('has a place for every part', () => {
    for (const name of parts)
      expect(document).toMatch(
        new RegExp(`<!-- ${name}: generated -->\n[^]*\n<!-- end of ${name} -->`),
      );
  });

  it('that has lost the place for a part is not written', () => {
    expect(() => reported('nothing', campaign)).toThrow(
      'has no part campaign: expected <!-- campaign: generated --> and then <!-- end of campaign -->',
    );
  });
});
