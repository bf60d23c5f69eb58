/**
 * How the bus reaches its targets: a queue gets the event as its body, a function gets it as an
 * asynchronous invocation, which Lambda retries by rules of its own.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { type Kernel, sleep } from '../kernel/kernel.ts';
import type { Invoker } from '../lambda/invoker.ts';
import type { MessageAttributes } from '../sqs/message.ts';
import type { BusEvent, Deliver } from './event-bridge.ts';

/** Between the first and second, and the second and third try after an error. */
const errorWaitsMs = [60_000, 120_000];
const throttledForMs = 6 * 60 * 60_000;
const firstThrottleWaitMs = 1000;
const longestThrottleWaitMs = 5 * 60_000;
const sender = 'events.amazonaws.com';

export interface TargetDeliveryOptions {
  readonly kernel: Kernel;
  readonly invoker: Invoker;
  readonly queues: {
    send(queueArn: string, body: string, callerName: string, attributes?: MessageAttributes): void;
  };
}

export function createTargetDelivery(options: TargetDeliveryOptions): Deliver {
  return async ({ targetArn, event, attributes }) => {
    const service = targetArn.split(':')[2];
    if (service === 'sqs')
      return options.queues.send(targetArn, JSON.stringify(event), sender, attributes);
    if (service === 'lambda') return invokeAsync(options, functionName(targetArn), event);
    throw new Error(`the target ${targetArn} is neither a queue nor a function`);
  };
}

async function invokeAsync(
  { kernel, invoker }: TargetDeliveryOptions,
  name: string,
  event: BusEvent,
): Promise<void> {
  const giveUpMs = kernel.now() + throttledForMs;
  let errors = 0;
  let throttleWaitMs = firstThrottleWaitMs;
  for (;;) {
    const outcome = await invoker.invoke(name, event, sender);
    if (outcome.kind === 'ok') return;
    const isThrottled = outcome.kind === 'throttled';
    const waitMs = isThrottled ? throttleWaitMs : errorWaitsMs[errors++];
    if (isThrottled) throttleWaitMs = Math.min(2 * throttleWaitMs, longestThrottleWaitMs);
    if (waitMs === undefined || kernel.now() + waitMs > giveUpMs) {
      kernel.trace({ kind: 'events.abandon', function: name, outcome: outcome.kind });
      return;
    }
    await sleep(kernel, waitMs, `async ${name}`);
  }
}

const functionName = (arn: string): string => arn.split(':')[6] ?? arn;
