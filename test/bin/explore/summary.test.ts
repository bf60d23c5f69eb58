import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../bin/explore/lab.ts';
import { summaryOf } from '../../../bin/explore/summary.ts';
import type { Happening, Operation } from '../../../bin/explore/world.ts';
import { faultKind } from '../../../local/explorer/fault-kinds.ts';
import { siteOf, violationOf } from './sites.ts';

type Seen = Happening extends infer H
  ? H extends Happening
    ? Omit<H, 'step' | 'atMs'>
    : never
  : never;

const runOf = (seen: readonly Seen[] = [], parts: Partial<RunResult> = {}): RunResult => ({
  ...{ id: 'one-order:1:', sites: [], struck: [], violations: [], trace: 'abc', refusals: [] },
  happenings: seen.map((each) => ({ ...each, step: 1, atMs: 2 }) as Happening),
  ...parts,
});

const marksOf = (...seen: readonly Seen[]) => summaryOf(runOf(seen)).marks;

const row = (status?: string) => ({ ...(status && { status }) });

describe('the summary of a run', () => {
  it('has its sites, its violations and its trace', () => {
    const site = siteOf('relay-outbox/on.stream@1');
    const run = runOf([], { sites: [site], violations: [violationOf('V1')] });
    expect(summaryOf(run)).toMatchObject({
      ...{ id: run.id, sites: [site], violations: [violationOf('V1')], trace: 'abc', marks: [] },
    });
  });

  it('has what struck as it stands in a schedule, and the site it met', () => {
    const site = siteOf('relay-outbox/on.stream@1');
    const struck = [{ site, fault: faultKind(site.id, 'D25h') }];
    expect(summaryOf(runOf([], { struck })).struck).toEqual([
      { site: site.id, fault: 'D25h', letter: 'D', met: site },
    ]);
  });

  it('can go from thread to thread', () => {
    const site = siteOf('relay-outbox/on.stream@1');
    const struck = [{ site, fault: faultKind(site.id, 'D25h') }];
    const summary = summaryOf(runOf([], { struck, sites: [site] }));
    expect(structuredClone(summary)).toEqual(summary);
  });
});

describe('the marks of a run', () => {
  it('say what an entry made of which row', () => {
    const change = { table: 'Orders', key: 'k', by: 'confirm-order' } as const;
    expect(
      marksOf(
        { kind: 'change', change: { ...change, before: row('PENDING'), after: row('CONFIRMED') } },
        { kind: 'change', change: { ...change, before: undefined, after: row() } },
        { kind: 'change', change: { ...change, before: row(), after: undefined } },
      ),
    ).toEqual([
      ...['confirm-order Orders PENDING → CONFIRMED', 'confirm-order Orders none → there'],
      'confirm-order Orders there → none',
    ]);
  });

  it('say how functions ended, and what clients were told', () => {
    const delivery = { entry: 'book-shipment', source: 'states.saga', event: {}, answer: {} };
    const operation: Operation = {
      ...{ client: 'alice', request: { path: '/orders' }, startedMs: 0 },
      outcome: 'ok',
    };
    expect(
      marksOf(
        { kind: 'delivery', delivery: { ...delivery, outcome: 'ok' } },
        { kind: 'delivery', delivery: { ...delivery, outcome: 'Crash' } },
        { kind: 'answer', operation: { ...operation, status: 202 } },
        { kind: 'answer', operation },
      ),
    ).toEqual([
      ...['book-shipment ends', 'book-shipment ends with Crash'],
      ...['client is told 202', 'client is told nothing'],
    ]);
  });

  it('tell refusals, waits and problems apart, and leave out what only one run knows', () => {
    const delivery = { entry: 'book-shipment', source: 'states.saga', event: {}, answer: {} };
    const failed = (outcome: string, message: string): Seen => ({
      kind: 'delivery',
      delivery: { ...delivery, outcome, message },
    });
    const operation: Operation = {
      ...{ client: 'alice', request: { path: '/orders' }, startedMs: 0, outcome: 'fail' },
      ...{ status: 409, json: { type: '/problems/order-decided' } },
    };
    expect(
      marksOf(
        failed('Refusal', 'SHIPMENT_CANCELLED'),
        failed('TransientFault', 'lease held: the shipment of o1 until 12:00'),
        failed('PermanentFault', 'no order o1'),
        { kind: 'answer', operation },
      ),
    ).toEqual([
      'book-shipment ends with Refusal SHIPMENT_CANCELLED',
      'book-shipment ends with TransientFault lease held',
      'book-shipment ends with PermanentFault',
      'client is told 409 order-decided',
    ]);
  });

  it('have refused calls, and each thing once', () => {
    const refusals = ['place-order PutItem.Orders:ConditionalCheckFailedException'];
    const delivery = { entry: 'a', source: '', event: {}, answer: {}, outcome: 'ok' };
    const log = { entry: 'a', level: 'info', line: 'words' };
    const seen: Seen[] = [
      { kind: 'delivery', delivery },
      { kind: 'log', log },
      { kind: 'delivery', delivery },
    ];
    expect(summaryOf(runOf(seen, { refusals })).marks).toEqual([...refusals, 'a ends']);
  });
});
