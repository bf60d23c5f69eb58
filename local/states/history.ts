/**
 * The events of one execution. Kept as small as they come (no ids, no links, strings shared between
 * states) and spelled out as AWS does when somebody asks.
 */

/** AWS ends an execution that reaches it; the last event says so. */
export const maxEvents = 25_000;

type Detail = Readonly<Record<string, unknown>>;
type Entry = { readonly type: string; readonly atMs: number; readonly detail: Detail };

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
  readonly #entries: Entry[] = [];

  get length(): number {
    return this.#entries.length;
  }

  /** Returns the event's id. */
  add(type: string, atMs: number, detail: Detail): number {
    return this.#entries.push({ type, atMs, detail });
  }

  event(id: number, { includesData }: { includesData: boolean }): HistoryEvent {
    const entry = this.#entries[id - 1];
    if (!entry) throw new RangeError(`no event ${id}, the history has ${this.length}`);
    const { type, atMs, detail } = entry;
    const details = includesData ? withDataDetails(detail) : withoutData(detail);
    // The first state has no predecessor on AWS either: ExecutionStarted is not counted as one.
    const previousEventId = id <= 2 ? 0 : id - 1;
    const event = { id, previousEventId, type, timestamp: atMs / 1000 };
    const isBare = Object.keys(details).length === 0;
    return isBare ? event : { ...event, [detailsMember(type)]: details };
  }
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
