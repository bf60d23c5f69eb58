/**
 * A run as people read it: what became of which row, what was told to whom, which fault struck where,
 * and what broke, one line each, in order; and the command that repeats it.
 */
import { isDeepStrictEqual } from 'node:util';
import { day, hour } from '../../local/explorer/durations.ts';
import { faultKind } from '../../local/explorer/fault-kinds.ts';
import type { RunResult } from './lab.ts';
import type { Violation } from './watcher.ts';
import type { Change, Happening, Operation, Row, Sent, Struck } from './world.ts';

type Told = Pick<RunResult, 'id' | 'happenings' | 'violations'>;
interface Line {
  readonly atMs: number;
  readonly text: string;
}

const longestText = 160;

export function timelineOf(run: Told): string {
  const startedMs = run.happenings[0]?.atMs ?? 0;
  const clock = (line: Line) => clockText(line.atMs - startedMs);
  const lines = linesOf(run).map(({ atMs, text }) => ({ atMs, text: shortIds(text) }));
  const verdict =
    run.violations.length === 0 ? 'nothing was broken' : `broken ${run.violations.length} times`;
  return [
    run.id,
    '',
    ...groupedByText(lines).map(([first, last, times]) =>
      times === 1
        ? `${clock(first)}  ${first.text}`
        : `${clock(first)}  ${first.text} (${times} times, until ${clock(last).trim()})`,
    ),
    '',
    verdict,
    `npm run explore -- --replay '${run.id}'`,
  ].join('\n');
}

/** Order ids have 43 characters, and what is named after an order has more. */
const shortIds = (text: string): string =>
  text.replace(/[\w-]{43,}/g, (id) => `${id.slice(0, 6)}…`);

/** First and last of each row of equal lines, and how many there are: waiting repeats itself. */
function groupedByText(lines: readonly Line[]): (readonly [Line, Line, number])[] {
  const groups: (readonly [Line, Line, number])[] = [];
  for (const line of lines) {
    const [first, , times = 0] = groups.at(-1) ?? [];
    if (first?.text === line.text) groups.splice(-1, 1, [first, line, times + 1]);
    else groups.push([line, line, 1]);
  }
  return groups;
}

/** Each violation behind what it was seen at. */
function linesOf({ happenings, violations }: Told): Line[] {
  const left = [...violations];
  const lines = happenings.flatMap((happening, at) => {
    const next = happenings[at + 1];
    const isSeenHere = (violation: Violation) => next !== undefined && isBefore(violation, next);
    const text = textOf(happening);
    const broken: Line[] = [];
    while (left[0] && isSeenHere(left[0])) broken.push(brokenLine(left.shift() as Violation));
    return [...(text === undefined ? [] : [{ atMs: happening.atMs, text }]), ...broken];
  });
  return [...lines, ...left.map(brokenLine)];
}

/** Of one step, a violation is seen at the last happening that there was. */
const isBefore = (violation: Violation, { step, atMs }: Happening): boolean =>
  violation.step < step || violation.atMs < atMs;

const brokenLine = ({ invariant, name, problem, atMs }: Violation): Line => ({
  atMs,
  text: `✗ ${invariant} ${name}: ${problem}`,
});

/** Undefined for what a reader does not miss: functions that end well, and what they log then. */
function textOf(happening: Happening): string | undefined {
  switch (happening.kind) {
    case 'change':
      return changeText(happening.change);
    case 'sent':
      return sentText(happening.sent);
    case 'answer':
      return answerText(happening.operation);
    case 'fault':
      return faultText(happening.struck);
    case 'delivery': {
      const { entry, source, outcome } = happening.delivery;
      return outcome === 'ok'
        ? undefined
        : `${entry} (by ${source.split(/[:.]/)[0]}) ends with ${outcome}`;
    }
    case 'log': {
      const { entry, level, line } = happening.log;
      return /^(warn|error)/i.test(level) ? `${entry} logs ${level}: ${short(line)}` : undefined;
    }
  }
}

const changeText = ({ by, table, key, before, after }: Change): string =>
  `${by}: ${table} ${key}: ${difference(before, after)}`;

/** The status where it moved, otherwise the names of what did. */
function difference(before: Row | undefined, after: Row | undefined): string {
  const [from, to] = [statusOf(before), statusOf(after)];
  if (from !== to) return `${from} → ${to}`;
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const moved = names.filter((name) => !isDeepStrictEqual(before?.[name], after?.[name]));
  return `${to} (${moved.map((name) => movedText(name, before?.[name], after?.[name])).join(', ')})`;
}

const movedText = (name: string, from: unknown, to: unknown): string =>
  typeof from === 'number' && typeof to === 'number' ? `${name} ${from} → ${to}` : name;

const statusOf = (row: Row | undefined): string =>
  row === undefined ? 'none' : String(row.status ?? 'there');

function sentText({ queue, body, by }: Sent): string {
  const { type, subject, ...rest } = parsed(body);
  const what = type === undefined ? short(JSON.stringify(rest)) : `${type} of ${subject}`;
  return `${by} → ${queue.replace(/(Queue)?[0-9A-F]{8}$/, '')}: ${what}`;
}

function parsed(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return { unreadable: body };
  }
}

function answerText({ client, request, status, outcome }: Operation): string {
  const told = status === undefined ? 'no answer' : `${status} (${outcome})`;
  return `${client}: ${request.method ?? 'GET'} ${request.path} → ${told}`;
}

const faultText = ({ site, kind }: Struck): string =>
  `⚡ ${kind} at ${site}: ${faultKind(site, kind).title}`;

const short = (text: string): string =>
  text.length <= longestText ? text : `${text.slice(0, longestText)} …`;

/** `0:00:12.345`, and days in front of it. */
function clockText(durationMs: number): string {
  const wholeMs = Math.round(durationMs);
  const days = Math.floor(wholeMs / day);
  const hours = Math.floor((wholeMs % day) / hour);
  const rest = new Date(wholeMs).toISOString().slice(14, 23);
  return `${days > 0 ? `${days} d ` : ''}${hours}:${rest}`.padStart(15);
}
