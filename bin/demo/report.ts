/** The tables a run prints; the same facts as its JSON, for people. */
import type { CheckResult } from './checks.ts';
import type { MemoryMb } from './long-run.ts';
import type { Latencies, PlainOrderCounts } from './measurements.ts';

export interface Report {
  readonly book: string;
  readonly clients: number;
  /** From the start of the process to the first answered request, synthesis included. */
  readonly startMs: number;
  /** From the synthesized template to ready. */
  readonly engineReadyMs: number;
  readonly orders: number;
  readonly requests: number;
  readonly triedAgain: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly ordersPerSecond: number;
  readonly post: Latencies;
  /** From placing to the decision, by the events of the order. */
  readonly decided: Latencies;
  /** One order at a time: POST to CONFIRMED visible, from the second on. */
  readonly single: Latencies;
  /** How long each thousand orders took, one after the other by their decisions; none below two. */
  readonly thousands: readonly number[];
  readonly memoryMb: MemoryMb;
  /** What limits the speed. */
  readonly perOrder: {
    readonly sdkCalls: number;
    readonly engineCpuMs: number;
    readonly databaseCpuMs: number | undefined;
    readonly writeUnits: number;
    readonly sqsRequests: number;
    readonly statesEntered: number;
    readonly invocations: number;
  };
  readonly plain: PlainOrderCounts | undefined;
  readonly checks: readonly CheckResult[];
}

export function renderReport(report: Report): string {
  const { perOrder, plain } = report;
  return [
    `Everonce: ${report.book}, ${report.clients} clients`,
    '',
    ...table([
      [
        'orders',
        `${report.orders} (${report.requests} requests, ${report.triedAgain} tried again)`,
      ],
      ['outcomes', list(report.outcomes)],
      ['end to end', `${report.ordersPerSecond} orders/s over ${report.seconds} s`],
      ['POST', latency(report.post)],
      ['placed to decided, under load', latency(report.decided)],
      ['one at a time, POST to CONFIRMED', latency(report.single)],
      ...evenness(report.thousands),
      ['memory of all processes', memory(report.memoryMb)],
      [
        'start to first answer',
        `${report.startMs} ms (engine ready in ${report.engineReadyMs} ms)`,
      ],
    ]),
    '',
    'Per order, all outcomes:',
    ...table([
      ['SDK calls', `${perOrder.sdkCalls}`],
      ['CPU', `engine ${perOrder.engineCpuMs} ms, database ${perOrder.databaseCpuMs ?? '?'} ms`],
      ['write units', `${perOrder.writeUnits} (sandboxes not counted)`],
      ['SQS requests', `${perOrder.sqsRequests}`],
      ['states entered', `${perOrder.statesEntered}`],
      ['invocations', `${perOrder.invocations}`],
    ]),
    ...(plain ? ['', ...renderPlain(plain)] : []),
    '',
    'Checks:',
    ...report.checks.flatMap(renderCheck),
  ].join('\n');
}

function renderPlain({ orders, counts, cost }: PlainOrderCounts): string[] {
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  const rows = Object.entries(counts).map(([name, count]) => [words(name), count.toFixed(2)]);
  const items = Object.entries(cost.withFullBatches.items).map(([name, amount]) => [
    words(name),
    dollars(amount),
  ]);
  return [
    `Per confirmed order of two lines, with its POST and two GETs (mean of ${orders}):`,
    ...table(rows),
    '',
    'Model cost per million such orders:',
    ...table([
      ['as measured', dollars(cost.asMeasured.total)],
      ['with batches of 10', dollars(cost.withFullBatches.total)],
    ]),
    '  of which',
    ...table(items).map((line) => `  ${line}`),
  ];
}

function evenness(thousands: readonly number[]): string[][] {
  const [first, last] = [thousands[0], thousands.at(-1)];
  if (first === undefined || last === undefined) return [];
  const ratio = (last / first).toFixed(2);
  const spent = `${last} s for the last, ${first} s for the first, × ${ratio}`;
  return [['each thousand orders', `${spent}; longest ${Math.max(...thousands)} s`]];
}

const memory = ({ early, peak, late }: MemoryMb): string =>
  peak === undefined ? 'unknown on this system' : `peak ${peak} MB (${early} → ${late} MB)`;

const mostShown = 5;

export function renderCheck({ name, problems }: CheckResult): string[] {
  if (problems.length === 0) return [`  ✓ ${name}`];
  const more = problems.length - mostShown;
  return [
    `  ✗ ${name}`,
    ...problems.slice(0, mostShown).map((problem) => `      ${problem}`),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

export function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', value = '']) => `  ${name.padEnd(width)}  ${value}`);
}

export const latency = ({ p50Ms, p99Ms, maxMs }: Latencies): string =>
  `p50 ${p50Ms} ms, p99 ${p99Ms} ms, longest ${maxMs} ms`;
const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
const words = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
