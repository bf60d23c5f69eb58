/** A bus with one rule whose targets only note what they get, on virtual time. */
import { createEventBridge } from '../../../local/events/event-bridge.ts';
import { createTargetDelivery } from '../../../local/events/target-delivery.ts';
import { type Journal, openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { DeliveryChaos, InvokeOutcome } from '../../../local/lambda/invoker.ts';
import type { MessageAttributes } from '../../../local/sqs/message.ts';
import type { RuleModel, RuleTargetModel } from '../../../local/template/model.ts';

export const queueArn = 'arn:aws:sqs:us-east-1:000000000000:Recovery';
export const deadLetterArn = 'arn:aws:sqs:us-east-1:000000000000:DeadLetters';
export const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:recover';

export const aTarget = (more: Partial<RuleTargetModel> = {}): RuleTargetModel => ({
  id: 'Target0',
  arn: queueArn,
  deadLetterArn: undefined,
  maxRetries: 185,
  maxAgeMs: 86_400_000,
  ...more,
});

export const aRule = (more: Partial<RuleModel> = {}): RuleModel => ({
  logicalId: 'Rule',
  name: 'executions-that-failed',
  pattern: { source: ['aws.states'], detail: { status: ['FAILED', 'TIMED_OUT'] } },
  schedule: undefined,
  targets: [aTarget()],
  ...more,
});

export interface BusOptions {
  readonly rules?: readonly RuleModel[];
  readonly answer?: (call: number) => InvokeOutcome;
  readonly chaos?: DeliveryChaos;
  readonly loss?: number;
  /** Throws when the queue shall not take it. */
  readonly onSend?: (queueArn: string) => void;
  readonly journal?: Journal;
  readonly kernel?: VirtualKernel;
}

export function createBus(options: BusOptions = {}) {
  const { answer = () => ({ kind: 'ok', payload: null }), loss = 0 } = options;
  const { rules = [aRule()], kernel = new VirtualKernel(1) } = options;
  const sent: { arn: string; body: string; atMs: number; attributes?: MessageAttributes }[] = [];
  const invoked: { name: string; event: unknown; atMs: number }[] = [];
  const tried: number[] = [];
  const deliver = createTargetDelivery({
    kernel,
    queues: {
      send: (arn, body, _caller, attributes) => {
        tried.push(kernel.now());
        options.onSend?.(arn);
        sent.push({ arn, body, atMs: kernel.now(), ...(attributes && { attributes }) });
      },
    },
    invoker: {
      invoke: async (name, event) => {
        invoked.push({ name, event, atMs: kernel.now() });
        return answer(invoked.length);
      },
    },
  });
  const bus = createEventBridge({
    kernel,
    deliver,
    loss,
    rules,
    chaos: options.chaos ?? { repeat: 0, overtakeMs: 0 },
    journal: options.journal ?? openJournal(undefined),
  });
  return { kernel, bus, sent, invoked, tried };
}
