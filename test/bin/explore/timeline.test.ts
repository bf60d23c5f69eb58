import { describe, expect, it } from 'vitest';
import { timelineOf } from '../../../bin/explore/timeline.ts';
import type { Change, Happening } from '../../../bin/explore/world.ts';

type Told = Parameters<typeof timelineOf>[0];
type Seen = Happening extends infer H
  ? H extends Happening
    ? Omit<H, 'step' | 'atMs'>
    : never
  : never;

const orderId = 'K8qQyMQt6PA-BlCZdwgxndJg1t0yoXiMrCl3spjZTDI';
const startedMs = 1_767_225_600_000;
const id = 'one-order:1:relay-outbox/on.stream@1=D';

const change = (parts: Partial<Change>): Seen => ({
  kind: 'change',
  change: {
    ...{ table: 'Orders', key: orderId, before: undefined, after: undefined, by: 'place-order' },
    ...parts,
  },
});
const confirmed = change({
  ...{ by: 'confirm-order', before: { status: 'PENDING' }, after: { status: 'CONFIRMED' } },
});
const ended = (outcome: string): Seen => ({
  kind: 'delivery',
  delivery: {
    ...{ entry: 'book-shipment', source: 'states.Everonce-Machine', event: {}, outcome },
    answer: undefined,
  },
});

/** A step each, a second apart. */
const runOf = (seen: readonly Seen[], violations: Told['violations'] = []): Told => ({
  ...{ id, violations },
  happenings: seen.map(
    (each, at) => ({ ...each, step: at + 1, atMs: startedMs + at * 1000 }) as Happening,
  ),
});

const linesOf = (told: Told): string[] =>
  timelineOf(told)
    .split('\n')
    .map((line) => line.trim());

describe('a timeline', () => {
  it('begins with the schedule and ends with the command that repeats it', () => {
    const lines = linesOf(runOf([confirmed]));
    expect(lines[0]).toBe(id);
    expect(lines.at(-2)).toBe('nothing was broken');
    expect(lines.at(-1)).toBe(`npm run explore -- --replay '${id}'`);
  });

  it('shows a row by its status, or by what else moved, under a short id', () => {
    const before = { status: 'CONFIRMED', version: 2, payment: { status: 'AUTHORIZED' }, total: 1 };
    const after = { ...before, version: 3, payment: { status: 'CAPTURED' } };
    const lines = linesOf(runOf([confirmed, change({ by: 'capture-payment', before, after })]));
    expect(lines.slice(2, 4)).toEqual([
      '0:00:00.000  confirm-order: Orders K8qQyM…: PENDING → CONFIRMED',
      '0:00:01.000  capture-payment: Orders K8qQyM…: CONFIRMED (version 2 → 3, payment)',
    ]);
  });

  it('shows messages by their events, and what no one can read by its beginning', () => {
    const sent = (body: string): Seen => ({
      ...{ kind: 'sent', sent: { queue: 'BillingQueue0A1B2C3D', body, by: 'relay-outbox' } },
    });
    const event = JSON.stringify({ type: 'OrderConfirmed', subject: orderId, id: 7 });
    const lines = linesOf(runOf([sent(event), sent('{"poison":')]));
    expect(lines[2]).toBe('0:00:00.000  relay-outbox → Billing: OrderConfirmed of K8qQyM…');
    expect(lines[3]).toContain('relay-outbox → Billing: {"unreadable":');
  });

  it('shows what clients were told, and when they were told nothing', () => {
    const operation = {
      ...{ client: 'alice', request: { method: 'POST', path: '/orders' }, startedMs },
    } as const;
    const lines = linesOf(
      runOf([
        { kind: 'answer', operation: { ...operation, outcome: 'ok', status: 202 } },
        { kind: 'answer', operation: { ...operation, outcome: 'info' } },
      ]),
    );
    expect(lines[2]).toBe('0:00:00.000  alice: POST /orders → 202 (ok)');
    expect(lines[3]).toBe('0:00:01.000  alice: POST /orders → no answer');
  });

  it('shows a fault in words, where it struck', () => {
    const struck = { site: 'relay-outbox/on.stream@1', kind: 'D', atMs: startedMs };
    const lines = linesOf(runOf([{ kind: 'fault', struck }]));
    expect(lines[2]).toBe('0:00:00.000  ⚡ D at relay-outbox/on.stream@1: arrives twice at once');
  });

  it('leaves out functions that end well and what they log, not those that fail', () => {
    const log = (level: string): Seen => ({
      ...{ kind: 'log', log: { entry: 'book-shipment', level, line: 'words '.repeat(50) } },
    });
    const lines = linesOf(runOf([ended('ok'), log('info'), ended('Refusal'), log('error')]));
    expect(lines.slice(2, -3)).toEqual([
      '0:00:02.000  book-shipment (by states) ends with Refusal',
      expect.stringMatching(/^0:00:03.000 {2}book-shipment logs error: [words ]{160} …$/),
    ]);
  });

  it('shows a violation behind what it was seen at, and one found at rest at the end', () => {
    const broken = { invariant: 'V8', name: 'version-chain', problem: 'expected 2, found 3' };
    const lines = linesOf(
      runOf(
        [confirmed, ended('Refusal')],
        [
          { ...broken, step: 1, atMs: startedMs },
          { ...broken, invariant: 'V13', step: 9, atMs: startedMs + 90_000_000 },
        ],
      ),
    );
    expect(lines.slice(2, 6)).toEqual([
      expect.stringContaining('PENDING → CONFIRMED'),
      '0:00:00.000  ✗ V8 version-chain: expected 2, found 3',
      expect.stringContaining('ends with Refusal'),
      '1 d 1:00:00.000  ✗ V13 version-chain: expected 2, found 3',
    ]);
    expect(lines.at(-2)).toBe('broken 2 times');
  });

  it('counts what repeats itself instead of repeating it', () => {
    const lines = linesOf(runOf([ended('Refusal'), ended('Refusal'), ended('Refusal'), confirmed]));
    expect(lines[2]).toBe(
      '0:00:00.000  book-shipment (by states) ends with Refusal (3 times, until 0:00:02.000)',
    );
    expect(lines[3]).toContain('PENDING → CONFIRMED');
  });

  it('of a run in which nothing happened is empty', () => {
    expect(linesOf(runOf([]))).toHaveLength(5);
  });
});
