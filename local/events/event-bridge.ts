/**
 * The default event bus: rules matched, targets called at least once. Publishing is best effort,
 * as it is for the services that publish their own events there; nobody may depend on one.
 */
import { uuid } from '../gateway/identifiers.ts';
import type { Busy } from '../gateway/service.ts';
import { type Kernel, sleep } from '../kernel/kernel.ts';
import type { DeliveryChaos } from '../lambda/invoker.ts';
import { accountId, type RuleModel, region } from '../template/model.ts';
import { compilePattern } from './event-pattern.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html: tried for 24 hours. */
const tryForMs = 24 * 60 * 60_000;
const firstWaitMs = 1000;
const longestWaitMs = 10 * 60_000;

/** What a service says; the bus adds the envelope. */
export interface NewEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources?: readonly string[];
}

export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Hands an event to a target; a rejection is tried again. */
export type Deliver = (targetArn: string, event: BusEvent) => Promise<void>;

export interface EventBridgeOptions {
  readonly kernel: Kernel;
  readonly rules: readonly RuleModel[];
  readonly deliver: Deliver;
  readonly chaos: DeliveryChaos;
  /** Probability that a published event never arrives. Default 0. */
  readonly loss?: number;
}

export interface EventBridge extends Busy {
  publish(event: NewEvent): void;
}

export function createEventBridge(options: EventBridgeOptions): EventBridge {
  const { kernel, chaos, loss = 0 } = options;
  const rules = options.rules.map((rule) => ({ rule, matches: compilePattern(rule.pattern) }));
  for (const rule of options.rules) checkTargets(rule);
  let underWay = 0;

  const start = (targetArn: string, event: BusEvent, ruleName: string) => {
    underWay++;
    kernel.after(kernel.random() * chaos.overtakeMs, `rule ${ruleName}`, () => {
      void deliverUntilTaken(options, targetArn, event, ruleName).finally(() => {
        underWay--;
      });
    });
  };

  return {
    pending: () => (underWay > 0 ? [`${underWay} deliveries of events`] : []),
    publish(given) {
      const event = envelope(kernel, given);
      const isLost = loss > 0 && kernel.random() < loss;
      const kind = isLost ? 'events.lost' : 'events.publish';
      kernel.trace({ kind, source: given.source, type: given.detailType });
      if (isLost) return;
      for (const { rule } of rules.filter(({ matches }) => matches(event))) {
        for (const { arn } of rule.targets) {
          start(arn, event, rule.name);
          if (chaos.repeat > 0 && kernel.random() < chaos.repeat) start(arn, event, rule.name);
        }
      }
    },
  };
}

function checkTargets({ name, targets }: RuleModel): void {
  const unknown = targets.find(({ arn }) => !['sqs', 'lambda'].includes(arn.split(':')[2] ?? ''));
  if (!unknown) return;
  throw new Error(`the rule ${name} has target ${unknown.arn}, neither a queue nor a function`);
}

async function deliverUntilTaken(
  { kernel, deliver }: EventBridgeOptions,
  targetArn: string,
  event: BusEvent,
  ruleName: string,
): Promise<void> {
  const giveUpMs = kernel.now() + tryForMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      await deliver(targetArn, event);
      kernel.trace({ kind: 'events.deliver', rule: ruleName, target: targetArn });
      return;
    } catch (error) {
      const isOver = kernel.now() + waitMs > giveUpMs;
      const kind = isOver ? 'events.drop' : 'events.retry';
      kernel.trace({ kind, rule: ruleName, target: targetArn, error: String(error) });
      if (isOver) return;
      await sleep(kernel, waitMs, `rule ${ruleName}`);
    }
  }
}

const envelope = (kernel: Kernel, given: NewEvent): BusEvent => ({
  version: '0',
  id: uuid(kernel),
  'detail-type': given.detailType,
  source: given.source,
  account: accountId,
  time: `${new Date(kernel.now()).toISOString().slice(0, 19)}Z`,
  region,
  resources: given.resources ?? [],
  detail: given.detail,
});
