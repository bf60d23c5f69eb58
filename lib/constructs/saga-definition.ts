/**
 * The state machine of a saga, generated from its steps: actions in order, the commit decision as the
 * pivot; on any failure the abort decision and then the whole undo chain in reverse. Pure: no CDK.
 */

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

/** `reserve-stock` → `ReserveStock`: one word in file, construct, state and log. */
export const stateName = (entry: string): string =>
  entry.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

export interface SagaMachine {
  readonly definition: object;
  /** Longest run in seconds, all tries and waits included; the machine's own timeout is above it. */
  readonly longestRunSeconds: number;
  /** Events of that run; AWS ends an execution at 25,000. */
  readonly longestHistory: number;
}

/** `task` gives the Resource and the function's ARN of an entry. */
export function sagaMachine(
  shape: SagaShape,
  times: SagaTimes,
  task: { resource: string; functionArn: (entry: string) => string },
): SagaMachine {
  const invoke = (entry: string, retry: readonly Retrier[]) => ({
    Type: 'Task',
    Resource: task.resource,
    Arguments: { FunctionName: task.functionArn(entry), Payload: input },
    TimeoutSeconds: times.taskSeconds,
    Retry: retry,
  });
  const abort = stateName(shape.abort);
  const commit = stateName(shape.commit);
  const undo = shape.steps.map((step) => step.compensation).reverse();
  const afterUndo = (index: number): string => {
    const next = undo[index + 1];
    return next === undefined ? 'IsAnythingParked' : stateName(next);
  };

  const forward = [
    ...shape.steps.map(({ name, action }) => ({ name, entry: action })),
    { name: commit, entry: shape.commit },
  ];
  const states: Record<string, object> = {};
  forward.forEach(({ name, entry }, index) => {
    const next = forward[index + 1]?.name;
    states[name] = {
      ...invoke(entry, forwardRetry),
      Output: input,
      Catch: [{ ErrorEquals: ['States.ALL'], Output: withFailure(), Next: abort }],
      ...(next ? { Next: next } : { End: true }),
    };
  });
  states[abort] = {
    ...invoke(shape.abort, untilDoneRetry),
    Assign: { parked: false },
    Output: '{% $merge([$states.input, {"decision": $states.result.Payload.decision}]) %}',
    Next: 'IsConfirmed',
  };
  states.IsConfirmed = {
    Type: 'Choice',
    Comment: 'Another execution confirmed the order: there is nothing to undo.',
    Choices: [
      { Condition: '{% $states.input.decision = "CONFIRMED" %}', Next: 'ConfirmedElsewhere' },
    ],
    Default: stateName(undo[0] as string),
  };
  states.ConfirmedElsewhere = { Type: 'Succeed' };
  undo.forEach((entry, index) => {
    const name = stateName(entry);
    const park = `Park${name}`;
    states[name] = {
      ...invoke(entry, untilDoneRetry),
      Output: input,
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: { parked: true },
          Output: withFailure(`"step": "${name}", `),
          Next: park,
        },
      ],
      Next: afterUndo(index),
    };
    states[park] = {
      ...invoke(shape.park, untilDoneRetry),
      Comment: 'It waits for a person; the rest of the undo goes on.',
      Output: input,
      Catch: [{ ErrorEquals: ['States.ALL'], Output: input, Next: afterUndo(index) }],
      Next: afterUndo(index),
    };
  });
  states.IsAnythingParked = {
    Type: 'Choice',
    Choices: [{ Condition: '{% $parked %}', Next: 'CompensationParked' }],
    Default: 'Undone',
  };
  states.Undone = { Type: 'Succeed' };
  states.CompensationParked = {
    Type: 'Fail',
    Error: 'CompensationParked',
    Cause: 'A compensation gave up and was parked; the others are done.',
  };

  const forwardSeconds = longestTaskSeconds(forwardRetry, times.taskSeconds);
  const untilDoneSeconds = longestTaskSeconds(untilDoneRetry, times.taskSeconds);
  const patientTasks = 1 + 2 * undo.length;
  const longestRunSeconds = forward.length * forwardSeconds + patientTasks * untilDoneSeconds;
  return {
    definition: {
      Comment:
        'Generated from the steps of the saga; every effect is fenced, every state may repeat.',
      QueryLanguage: 'JSONata',
      StartAt: forward[0]?.name,
      TimeoutSeconds: Math.ceil(longestRunSeconds * 1.1),
      States: states,
    },
    longestRunSeconds,
    longestHistory:
      eventsPerTry * (forward.length * tries(forwardRetry) + patientTasks * tries(untilDoneRetry)),
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
  readonly deadlineSeconds: number;
}

/** The timeout ladder, lease included; a rung out of order stops the synth and says which. */
export function checkLadder(times: SagaTimes, limits: SagaLimits, machine: SagaMachine): void {
  const providerMs = limits.providerCallMs * limits.providerTries;
  const patienceMs = 1000 * Math.min(patience(forwardRetry), patience(untilDoneRetry));
  const rungs: [string, number, string, number][] = [
    ['provider call × tries', providerMs, 'the step function', times.functionMs],
    ['the step function', times.functionMs, 'its task', times.taskSeconds * 1000],
    ['the longest lease', limits.leaseMs, 'the waits for a held lease', patienceMs],
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
