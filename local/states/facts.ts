/** What is known of an execution from outside, open or closed, and where it stands inside. */

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
export type ClosedStatus = Exclude<Status, 'RUNNING'>;

export const statuses: readonly Status[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
];

export interface ExecutionFacts {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly status: Status;
  /** JSON text, as it was sent. */
  readonly input: string;
  readonly startMs: number;
  readonly stopMs: number | undefined;
  /** JSON text. */
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly redriveCount: number;
  readonly redriveMs: number | undefined;
  /** How many events its history has. */
  readonly eventCount: number;
}

/** The state an execution is in, with all that is needed to perform it again. */
export interface Position {
  readonly state: string;
  /** The event that entered it; 0 before the first state. */
  readonly enteredId: number;
  readonly enteredMs: number;
  /** The state's input as JSON text. */
  readonly text: string;
  /** The variables as they were on entry, a JSON object. */
  readonly variables: string;
}

/** An execution as the journal knows it. */
export interface Standing extends ExecutionFacts {
  /** In the order of the starts. */
  readonly number: number;
  /** Which definition it started with, and stays on. */
  readonly definitionId: number;
  readonly position: Position | undefined;
}
