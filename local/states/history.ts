/**
 * The events of one execution: kept as small as they come and spelled out as AWS does when somebody
 * asks. Here are only those that the journal does not hold yet.
 */
import type { ClosedStatus } from './facts.ts';

/** AWS ends an execution that reaches it; the last event says so. */
export const maxEvents = 25_000;

const closingEvents: Readonly<Record<ClosedStatus, string>> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

export const closingEvent = (status: ClosedStatus): string => closingEvents[status];

type Detail = Readonly<Record<string, unknown>>;

/** `previous` only where it is not the event before. */
export type Entry = readonly [type: string, atMs: number, detail: Detail, previous?: number];

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly [details: string]: unknown;
}

const dataMembers = ['input', 'output', 'parameters', 'assignedVariables'];

/** What one event takes in a log without data, beside its own words: ids, names, time, ARN. */
const loggedFrameBytes = 220;

export class History {
  #unkept: Entry[] = [];
  #length: number;

  /** `length` is what the journal holds already. */
  constructor(length: number) {
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  get unkept(): readonly Entry[] {
    return this.#unkept;
  }

  /** Returns the event's id. */
  add(...entry: Entry): number {
    this.#unkept.push(entry);
    return ++this.#length;
  }

  /** The journal holds everything now. */
  kept(): void {
    this.#unkept = [];
  }
}

/** `id` counts from 1. */
export function historyEvent(
  id: number,
  [type, atMs, detail, previous = id - 1]: Entry,
  { includesData }: { includesData: boolean },
): HistoryEvent {
  const details = includesData ? withDataDetails(detail) : withoutData(detail);
  // The first state has no predecessor on AWS either: ExecutionStarted is not counted as one.
  const previousEventId = id <= 2 ? 0 : previous;
  const event = { id, previousEventId, type, timestamp: atMs / 1000 };
  const isBare = Object.keys(details).length === 0;
  return isBare ? event : { ...event, [detailsMember(type)]: details };
}

/** Estimate of a CloudWatch Logs line of level ALL without execution data. */
export function loggedBytes(type: string, detail: Detail): number {
  let bytes = loggedFrameBytes + type.length;
  for (const [member, value] of Object.entries(detail)) {
    if (dataMembers.includes(member) || value === undefined) continue;
    bytes += member.length + String(value).length + 6;
  }
  return bytes;
}

function detailsMember(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

function withDataDetails(detail: Detail): Detail {
  const isWhole = { truncated: false };
  return {
    ...detail,
    ...('input' in detail && { inputDetails: isWhole }),
    ...('output' in detail && { outputDetails: isWhole }),
    ...('assignedVariables' in detail && { assignedVariablesDetails: isWhole }),
  };
}

const withoutData = (detail: Detail): Detail =>
  Object.fromEntries(Object.entries(detail).filter(([member]) => !dataMembers.includes(member)));
