/** Rows of the ledger's tables as the rest of the engine reads them. */
import type { SQLOutputValue } from 'node:sqlite';
import type { ExecutionFacts, Position, Standing, Status } from './facts.ts';
import type { Entry } from './history.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

const textOf = (value: SQLOutputValue | undefined): string | undefined =>
  value === null || value === undefined ? undefined : String(value);
const numberOf = (value: SQLOutputValue | undefined): number | undefined =>
  value === null || value === undefined ? undefined : Number(value);

/** `eventCount` of an open execution is not in its row. */
export function factsOf(row: Row, eventCount = 0): ExecutionFacts {
  return {
    arn: String(row.arn),
    name: String(row.name),
    machineArn: String(row.machine),
    status: String(row.status) as Status,
    input: String(row.input),
    startMs: Number(row.started),
    stopMs: numberOf(row.stopped),
    output: textOf(row.output),
    error: textOf(row.error),
    cause: textOf(row.cause),
    redriveCount: Number(row.redrives),
    redriveMs: numberOf(row.redriven),
    eventCount: numberOf(row.events) ?? eventCount,
  };
}

export const standingOf = (
  row: Row,
  { position, eventCount = 0 }: { position?: Position | undefined; eventCount?: number } = {},
): Standing => ({
  ...factsOf(row, eventCount),
  number: Number(row.number),
  definitionId: Number(row.definition),
  position,
});

export const entriesOf = (text: SQLOutputValue | undefined): readonly Entry[] =>
  JSON.parse(textOf(text) ?? '[]') as Entry[];
