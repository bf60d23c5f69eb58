/**
 * One event on its way to one target: tried until it is taken, the rule's patience is over, or the
 * target can never take it; then it becomes a dead letter, or is dropped.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
import { AwsError } from '../gateway/service.ts';
import { type Kernel, sleep } from '../kernel/kernel.ts';
import { accountId, type RuleTargetModel, region } from '../template/model.ts';
import type { DeliveryJournal, KeptDelivery } from './delivery-journal.ts';
import type { BusEvent, Deliver } from './event-bridge.ts';

export interface AttemptsOptions {
  readonly kernel: Kernel;
  readonly deliver: Deliver;
  readonly journal: DeliveryJournal;
}

/** AWS says exponential, with jitter; these bounds spread 185 tries over its 24 hours. */
const firstWaitMs = 1000;
const longestWaitMs = 9 * 60_000;

interface Failure {
  readonly error: unknown;
  readonly retries: number;
  /** Nothing when no retry could help. */
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined;
}

export async function deliverUntilTaken(
  options: AttemptsOptions,
  target: RuleTargetModel,
  kept: KeptDelivery,
): Promise<void> {
  const { kernel, deliver, journal } = options;
  const { event, rule } = kept;
  for (let tries = kept.tries; ; ) {
    try {
      await deliver({ targetArn: target.arn, event, ruleName: rule });
      kernel.trace({ kind: 'events.deliver', rule, target: target.arn });
      break;
    } catch (error) {
      const waitMs = waitAfter(kernel, tries);
      const failure = failureOf(target, {
        error,
        retries: tries,
        ageMs: ageOf(kernel, kept, waitMs),
      });
      const kind = failure ? 'events.fail' : 'events.retry';
      kernel.trace({ kind, rule, target: target.arn, error: String(error) });
      if (failure) {
        await bury(options, { target, event, rule, failure });
        break;
      }
      tries++;
      journal.tried(kept.id, tries);
      await sleep(kernel, waitMs, `rule ${rule}`);
    }
  }
  journal.done(kept.id);
}

const waitAfter = (kernel: Kernel, tries: number): number =>
  Math.min(firstWaitMs * 2 ** tries, longestWaitMs) * (0.75 + kernel.random() / 4);

const ageOf = (kernel: Kernel, { acceptedAtMs }: KeptDelivery, waitMs: number): number =>
  kernel.now() + waitMs - acceptedAtMs;

/** Nothing while another try is due. */
function failureOf(
  { maxRetries, maxAgeMs }: RuleTargetModel,
  { error, retries, ageMs }: { error: unknown; retries: number; ageMs: number },
): Failure | undefined {
  if (isHopeless(error)) return { error, retries, exhausted: undefined };
  if (retries >= maxRetries) return { error, retries, exhausted: 'MaximumRetryAttempts' };
  if (ageMs > maxAgeMs) return { error, retries, exhausted: 'MaximumEventAgeInSeconds' };
  return undefined;
}

/** Missing permissions and missing targets are not tried again. */
const isHopeless = (error: unknown): boolean =>
  error instanceof AwsError && /AccessDenied|NonExistent|DoesNotExist|NotFound/.test(error.code);

interface Burial {
  readonly target: RuleTargetModel;
  readonly event: BusEvent;
  readonly rule: string;
  readonly failure: Failure;
}

/** The event itself, with why it is there in its attributes; dropped where there is no such queue. */
async function bury({ kernel, deliver }: AttemptsOptions, burial: Burial): Promise<void> {
  const { target, event, rule, failure } = burial;
  const drop = (error?: unknown) =>
    kernel.trace({
      ...{ kind: 'events.drop', rule, target: target.arn },
      ...(error !== undefined && { error: String(error) }),
    });
  if (target.deadLetterArn === undefined) return drop();
  try {
    const attributes = attributesOf(rule, target.arn, failure);
    await deliver({ targetArn: target.deadLetterArn, event, ruleName: rule, attributes });
    kernel.trace({ kind: 'events.bury', rule, target: target.arn });
  } catch (error) {
    // AWS counts it (InvocationsFailedToBeSentToDlq) and gives up.
    drop(error);
  }
}

function attributesOf(rule: string, targetArn: string, { error, retries, exhausted }: Failure) {
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  return {
    RULE_ARN: text(`arn:aws:events:${region}:${accountId}:rule/${rule}`),
    TARGET_ARN: text(targetArn),
    ERROR_CODE: text(error instanceof AwsError ? error.code : 'INTERNAL_ERROR'),
    ERROR_MESSAGE: text(error instanceof Error ? error.message || 'none' : String(error)),
    ...(exhausted && { EXHAUSTED_RETRY_CONDITION: text(exhausted) }),
    RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(retries) },
  };
}
