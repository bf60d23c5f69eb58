/**
 * The state machine of a saga, generated from its steps: actions in order, the commit decision as the
 * pivot; on any failure the abort decision and then the whole undo chain in reverse. Pure: no CDK.
 */
import { pascalCase } from './pascal-case.ts';

export interface SagaStep {
  /** State name of the action, e.g. `ReserveStock`. */
  readonly name: string;
  /** Entry of the action: refuses once it was compensated, answers a repeat with its first answer. */
  readonly action: string;
  /** Entry of the compensation: undoes what happened, and keeps what did not happen from happening. */
  readonly compensation: string;
}

export interface SagaShape {
  readonly steps: readonly SagaStep[];
  /** Entry of the decision to commit: the pivot. */
  readonly commit: string;
  /** Entry of the decision to abort; answers `{ decision }`, `CONFIRMED` when another run committed. */
  readonly abort: string;
  /** Entry that keeps a compensation which gave up for a person. */
  readonly park: string;
}

export interface SagaTimes {
  /** Lambda timeout of every function of the saga. */
  readonly functionMs: number;
  /** `TimeoutSeconds` of every task. */
  readonly taskSeconds: number;
}

type Retrier = {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy: 'FULL' | 'NONE';
};

/** Lambda did not run, or its answer was lost on the way. */
const serviceErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
];
/** It may have happened, and may still be happening: safe to repeat behind a fence. */
const unknownOutcomes = [
  'States.Timeout',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
];

const retrier = (
  ErrorEquals: readonly string[],
  MaxAttempts: number,
  MaxDelaySeconds: number,
  JitterStrategy: 'FULL' | 'NONE',
): Retrier => ({
  ErrorEquals,
  IntervalSeconds: 1,
  MaxAttempts,
  BackoffRate: 2,
  MaxDelaySeconds,
  JitterStrategy,
});

/**
 * Only faults that a retry can cure. A `TransientFault` waits without jitter: the sum of its waits
 * is then a promise, and must outlast a fence's lease.
 */
export const forwardRetry: readonly Retrier[] = [
  retrier(serviceErrors, 5, 16, 'FULL'),
  retrier(['TransientFault'], 6, 16, 'NONE'),
  retrier(unknownOutcomes, 2, 16, 'FULL'),
];

/** A decision or compensation has no way out but through: about half an hour of tries. */
export const untilDoneRetry: readonly Retrier[] = [
  retrier(serviceErrors, 10, 120, 'FULL'),
  retrier(['TransientFault'], 15, 120, 'NONE'),
  retrier(unknownOutcomes, 8, 120, 'FULL'),
];

const input = '{% $states.input %}';
const withFailure = (more = ''): string =>
  `{% $merge([$states.input, {${more}"failure": {"error": $states.errorOutput.Error, "cause": $states.errorOutput.Cause}}]) %}`;

export interface SagaMachine {
  readonly definition: object;
  /** Longest run in seconds, all tries and waits included; the machine's own timeout is above it. */
  readonly longestRunSeconds: number;
  /** Events of that run; AWS ends an execution at 25,000. */
  readonly longestHistory: number;
}

/** How a task of the machine reaches an entry. */
export interface TaskTarget {
  /** `arn:<partition>:states:::lambda:invoke` */
  readonly resource: string;
  readonly functionArn: (entry: string) => string;
}

type States = Record<string, object>;
type Invoke = (entry: string, retry: readonly Retrier[]) => object;
type Named = { readonly name: string; readonly entry: string };

export function sagaMachine(shape: SagaShape, times: SagaTimes, target: TaskTarget): SagaMachine {
  const invoke: Invoke = (entry, retry) => ({
    Type: 'Task',
    Resource: target.resource,
    Arguments: { FunctionName: target.functionArn(entry), Payload: input },
    TimeoutSeconds: times.taskSeconds,
    Retry: retry,
  });
  const forward: Named[] = [
    ...shape.steps.map(({ name, action }) => ({ name, entry: action })),
    named(shape.commit),
  ];
  const undo = shape.steps.map(({ compensation }) => named(compensation)).reverse();
  const longest = longestRun({ forward: forward.length, undo: undo.length }, times);
  return {
    definition: {
      Comment:
        'Generated from the steps of the saga: every effect is fenced, every state may repeat.',
      QueryLanguage: 'JSONata',
      StartAt: forward[0]?.name,
      TimeoutSeconds: Math.ceil(longest.longestRunSeconds * 1.1),
      States: {
        ...forwardStates(forward, named(shape.abort).name, invoke),
        ...abortStates(named(shape.abort), undo[0]?.name, invoke),
        ...undoStates(undo, shape.park, invoke),
        ...endStates,
      },
    },
    ...longest,
  };
}

const named = (entry: string): Named => ({ name: pascalCase(entry), entry });

/** Each may have happened when it fails: whatever went wrong, the abort decision is next. */
function forwardStates(forward: readonly Named[], abort: string, invoke: Invoke): States {
  const states = forward.map(({ name, entry }, index) => {
    const next = forward[index + 1]?.name;
    return [
      name,
      {
        ...invoke(entry, forwardRetry),
        Output: input,
        Catch: [{ ErrorEquals: ['States.ALL'], Output: withFailure(), Next: abort }],
        ...(next ? { Next: next } : { End: true }),
      },
    ];
  });
  return Object.fromEntries(states);
}

/** Nothing is undone before this decision: when it fails for good, the execution does. */
const abortStates = (abort: Named, firstUndo: string | undefined, invoke: Invoke): States => ({
  [abort.name]: {
    ...invoke(abort.entry, untilDoneRetry),
    Assign: { parked: false },
    Output: '{% $merge([$states.input, {"decision": $states.result.Payload.decision}]) %}',
    Next: 'IsConfirmed',
  },
  IsConfirmed: {
    Type: 'Choice',
    Comment: 'Another execution confirmed the order: there is nothing to undo.',
    Choices: [
      { Condition: '{% $states.input.decision = "CONFIRMED" %}', Next: 'ConfirmedElsewhere' },
    ],
    Default: firstUndo,
  },
});

/** The whole chain, whichever step failed; one that gives up waits for a person, the rest goes on. */
function undoStates(undo: readonly Named[], park: string, invoke: Invoke): States {
  const states = undo.flatMap(({ name, entry }, index) => {
    const next = undo[index + 1]?.name ?? 'IsAnythingParked';
    const giveUp = {
      ErrorEquals: ['States.ALL'],
      Assign: { parked: true },
      Output: withFailure(`"step": "${name}", `),
      Next: `Park${name}`,
    };
    const goOn = { ErrorEquals: ['States.ALL'], Output: input, Next: next };
    const task = (of: string) => ({ ...invoke(of, untilDoneRetry), Output: input, Next: next });
    return [
      [name, { ...task(entry), Catch: [giveUp] }],
      [`Park${name}`, { ...task(park), Catch: [goOn] }],
    ];
  });
  return Object.fromEntries(states);
}

const endStates: States = {
  ConfirmedElsewhere: { Type: 'Succeed' },
  IsAnythingParked: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $parked %}', Next: 'CompensationParked' }],
    Default: 'Undone',
  },
  Undone: { Type: 'Succeed' },
  CompensationParked: {
    Type: 'Fail',
    Error: 'CompensationParked',
    Cause: 'A compensation gave up and was parked; the others are done.',
  },
};

/** Every task with all its tries, and every compensation parked on top. */
function longestRun(tasks: { forward: number; undo: number }, { taskSeconds }: SagaTimes) {
  const patient = 1 + 2 * tasks.undo;
  return {
    longestRunSeconds:
      tasks.forward * longestTaskSeconds(forwardRetry, taskSeconds) +
      patient * longestTaskSeconds(untilDoneRetry, taskSeconds),
    longestHistory:
      eventsPerTry * (tasks.forward * tries(forwardRetry) + patient * tries(untilDoneRetry)),
  };
}

/** TaskScheduled, TaskStarted, TaskFailed, and entered, exited on top: more than any try writes. */
const eventsPerTry = 5;

const tries = (retry: readonly Retrier[]): number =>
  1 + retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);

/** Sum of the waits before the tries of one retrier, jitter aside. */
export const waitsSeconds = (retry: Retrier): number =>
  Array.from({ length: retry.MaxAttempts }, (_, attempt) =>
    Math.min(retry.IntervalSeconds * retry.BackoffRate ** attempt, retry.MaxDelaySeconds),
  ).reduce((sum, wait) => sum + wait, 0);

const longestTaskSeconds = (retry: readonly Retrier[], taskSeconds: number): number =>
  tries(retry) * taskSeconds + retry.map(waitsSeconds).reduce((sum, wait) => sum + wait, 0);

export interface SagaLimits {
  readonly providerCallMs: number;
  readonly providerTries: number;
  /** Longest time for which a fence keeps a step waiting. */
  readonly leaseMs: number;
  /** For how long an undo waits for a provider's search. */
  readonly searchLagMs: number;
  readonly deadlineSeconds: number;
}

/** The timeout ladder, lease included; a rung out of order stops the synth and says which. */
export function checkLadder(times: SagaTimes, limits: SagaLimits, machine: SagaMachine): void {
  const providerMs = limits.providerCallMs * limits.providerTries;
  const undoMs = 1000 * patience(untilDoneRetry);
  const patienceMs = Math.min(1000 * patience(forwardRetry), undoMs);
  const rungs: [string, number, string, number][] = [
    ['provider call × tries', providerMs, 'the step function', times.functionMs],
    ['the step function', times.functionMs, 'its task', times.taskSeconds * 1000],
    ['the longest lease', limits.leaseMs, 'the waits for a held lease', patienceMs],
    ["the lag of a provider's search", limits.searchLagMs, 'the waits of an undo', undoMs],
    ['the deadline', limits.deadlineSeconds, 'the longest delay of the watch', 15 * 60],
    ['the longest history', machine.longestHistory, "a tenth of AWS's limit of 25,000", 2_500],
    ['the longest run', machine.longestRunSeconds, 'a day', 86_400],
  ];
  for (const [lower, low, upper, high] of rungs)
    if (low >= high)
      throw new Error(`timeout ladder: ${lower} (${low}) must be below ${upper} (${high})`);
}

const patience = (retry: readonly Retrier[]): number => {
  const transient = retry.find(({ ErrorEquals }) => ErrorEquals.includes('TransientFault'));
  return transient?.JitterStrategy === 'NONE' ? waitsSeconds(transient) : 0;
};
