/**
 * The default event bus: rules matched or due, targets called at least once. Publishing is best effort,
 * as it is for the services that publish their own events there; nobody may depend on one.
 */
import { uuid } from '../gateway/identifiers.ts';
import type { Busy } from '../gateway/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeliveryChaos } from '../lambda/invoker.ts';
import type { MessageAttributes } from '../sqs/message.ts';
import { accountId, type RuleModel, type RuleTargetModel, region } from '../template/model.ts';
import { deliverUntilTaken } from './delivery-attempts.ts';
import { createDeliveryJournal, type KeptDelivery } from './delivery-journal.ts';
import { compilePattern, type EventMatcher } from './event-pattern.ts';
import { startSchedules } from './schedules.ts';

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

export interface Delivery {
  readonly targetArn: string;
  readonly event: BusEvent;
  readonly ruleName: string;
  /** Why it is a dead letter; for queues only. */
  readonly attributes?: MessageAttributes;
}

/** Hands a rule's event to a target; a rejection is tried again, unless it says that nothing may. */
export type Deliver = (delivery: Delivery) => Promise<void>;

export interface EventBridgeOptions {
  readonly kernel: Kernel;
  readonly rules: readonly RuleModel[];
  readonly deliver: Deliver;
  readonly chaos: DeliveryChaos;
  readonly journal: Journal;
  /** Probability that a published event never arrives. Default 0. */
  readonly loss?: number;
  /** Told when the journal fails. @default an unhandled rejection */
  readonly onDefect?: (error: unknown) => void;
}

export interface EventBridge extends Busy {
  publish(event: NewEvent): void;
}

/** Also takes up what an earlier engine on the same journal had accepted and not delivered. */
export function createEventBridge(options: EventBridgeOptions): EventBridge {
  const { kernel, chaos, rules, deliver, onDefect, loss = 0 } = options;
  const matchers = rules.map((rule) => ({ rule, matches: matcherOf(rule) }));
  for (const rule of rules) checkTargets(rule);
  const journal = createDeliveryJournal(options.journal);
  let underWay = 0;

  const start = (target: RuleTargetModel, kept: KeptDelivery) => {
    underWay++;
    kernel.after(kernel.random() * chaos.overtakeMs, `rule ${kept.rule}`, () => {
      void deliverUntilTaken({ kernel, deliver, journal }, target, kept)
        .catch(onDefect)
        .finally(() => {
          underWay--;
        });
    });
  };
  const send = ({ name, targets }: RuleModel, event: BusEvent) => {
    for (const target of targets) {
      const isRepeated = chaos.repeat > 0 && kernel.random() < chaos.repeat;
      for (let copies = isRepeated ? 2 : 1; copies > 0; copies--)
        start(target, accept(name, target, event));
    }
  };
  const accept = (rule: string, { id: targetId }: RuleTargetModel, event: BusEvent) =>
    journal.accept({ rule, targetId, event, acceptedAtMs: kernel.now() });

  for (const kept of journal.open()) start(targetOf(rules, kept), kept);
  startSchedules({
    ...{ kernel, rules, journal },
    onDue(rule, dueMs) {
      kernel.trace({ kind: 'events.schedule', rule: rule.name });
      send(rule, envelope(kernel, scheduled(rule.name), dueMs));
    },
  });
  return {
    pending: () => (underWay > 0 ? [`${underWay} deliveries of events`] : []),
    publish(given) {
      const event = envelope(kernel, given, kernel.now());
      const isLost = loss > 0 && kernel.random() < loss;
      const kind = isLost ? 'events.lost' : 'events.publish';
      kernel.trace({ kind, source: given.source, type: given.detailType });
      if (isLost) return;
      for (const { rule, matches } of matchers) if (matches(event)) send(rule, event);
    },
  };
}

function matcherOf({ name, pattern }: RuleModel): EventMatcher {
  if (!pattern) return () => false;
  try {
    return compilePattern(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the rule ${name}: ${reason}`, { cause: error });
  }
}

function checkTargets({ name, targets }: RuleModel): void {
  const unknown = targets.find(({ arn }) => !['sqs', 'lambda'].includes(arn.split(':')[2] ?? ''));
  if (!unknown) return;
  throw new Error(`the rule ${name} has target ${unknown.arn}, neither a queue nor a function`);
}

function targetOf(rules: readonly RuleModel[], { rule, targetId, event }: KeptDelivery) {
  const targets = rules.find(({ name }) => name === rule)?.targets;
  const target = targets?.find(({ id }) => id === targetId);
  if (target) return target;
  throw new Error(
    `an event (${event['detail-type']} of ${event.time}) is still to be delivered to target ` +
      `${targetId} of the rule ${rule}, which the template no longer has: ` +
      'bring the rule back until it is delivered, or take another folder',
  );
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html */
const scheduled = (rule: string): NewEvent => ({
  source: 'aws.events',
  detailType: 'Scheduled Event',
  resources: [`arn:aws:events:${region}:${accountId}:rule/${rule}`],
  detail: {},
});

const envelope = (kernel: Kernel, given: NewEvent, atMs: number): BusEvent => ({
  version: '0',
  id: uuid(kernel),
  'detail-type': given.detailType,
  source: given.source,
  account: accountId,
  time: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
  region,
  resources: given.resources ?? [],
  detail: given.detail,
});
