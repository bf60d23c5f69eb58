import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../local/events/event-bridge.ts';
import { AwsError } from '../../../local/gateway/service.ts';
import { openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { InvokeOutcome } from '../../../local/lambda/invoker.ts';
import { aRule, aTarget, createBus, deadLetterArn, functionArn, queueArn } from './bus.ts';

const minute = 60_000;
const hour = 60 * minute;
const crash: InvokeOutcome = { kind: 'error', errorType: 'E', errorMessage: 'e', trace: [] };
const failed = {
  source: 'aws.states',
  detailType: 'Step Functions Execution Status Change',
  detail: { status: 'FAILED' },
};
const toFunction = [aRule({ targets: [aTarget({ arn: functionArn })] })];
/** The target is away; the dead-letter queue is not. */
const away = (arn: string) => {
  if (arn === queueArn) throw new Error('the queue is away');
};

describe('the event bus', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
  it('sends what a rule matches to a queue, the whole event as the body', async () => {
    const { kernel, bus, sent } = createBus();
    bus.publish(failed);
    bus.publish({ ...failed, detail: { status: 'SUCCEEDED' } });
    expect(bus.pending()).toEqual(['1 deliveries of events']);
    await kernel.advance(0);
    expect(bus.pending()).toEqual([]);
    expect(sent).toHaveLength(1);
    const event = JSON.parse(sent[0]?.body ?? '') as BusEvent;
    expect(event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account: '000000000000',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: { status: 'FAILED' },
    });
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
  it('calls a function with the event', async () => {
    const { kernel, bus, invoked } = createBus({ rules: toFunction });
    bus.publish(failed);
    await kernel.advance(0);
    expect(invoked).toMatchObject([{ name: 'recover', event: { source: 'aws.states' } }]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
  it('calls a function that fails twice more, after one minute and two', async () => {
    const { kernel, bus, invoked } = createBus({ rules: toFunction, answer: () => crash });
    const start = kernel.now();
    bus.publish(failed);
    await kernel.advance(hour);
    expect(invoked.map(({ atMs }) => atMs - start)).toEqual([0, minute, 3 * minute]);
    expect(bus.pending()).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
  it('waits out a throttled function, for at most six hours', async () => {
    const { kernel, bus, invoked } = createBus({
      rules: toFunction,
      answer: () => ({ kind: 'throttled' }),
    });
    const start = kernel.now();
    bus.publish(failed);
    await kernel.advance(24 * hour);
    expect(bus.pending()).toEqual([]);
    const lastTry = (invoked.at(-1)?.atMs ?? 0) - start;
    expect(lastTry).toBeGreaterThan(350 * minute);
    expect(lastTry).toBeLessThanOrEqual(360 * minute);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
  it('may deliver twice', async () => {
    const { kernel, bus, sent } = createBus({ chaos: { repeat: 1, overtakeMs: 500 } });
    bus.publish(failed);
    await kernel.advance(500);
    expect(sent).toHaveLength(2);
    expect(sent[0]?.body).toBe(sent[1]?.body);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  it('may lose what is published', async () => {
    const { kernel, bus, sent } = createBus({ loss: 1 });
    bus.publish(failed);
    await kernel.advance(minute);
    expect(sent).toEqual([]);
    expect(bus.pending()).toEqual([]);
  });

  it('refuses a target that is neither a queue nor a function', () => {
    const rules = [aRule({ targets: [aTarget({ arn: 'arn:aws:sns:us-east-1:0:topic' })] })];
    expect(() => createBus({ rules })).toThrow(/sns.*neither/);
  });

  it('names the rule whose pattern it does not know', () => {
    expect(() => createBus({ rules: [aRule({ pattern: { a: [{ cidr: 'x' }] } })] })).toThrow(
      /rule executions-that-failed: .*cidr/,
    );
  });
});

describe('a delivery that does not come through', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
  it('is tried again until the target takes it, with growing waits', async () => {
    let refusals = 4;
    const { kernel, bus, sent, tried } = createBus({
      onSend: () => {
        if (refusals-- > 0) throw new Error('the queue is away');
      },
    });
    bus.publish(failed);
    await kernel.advance(minute);
    expect(sent).toHaveLength(1);
    const waits = tried.slice(1).map((atMs, i) => atMs - (tried[i] ?? 0));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
  it('keeps the engine busy for up to 24 hours and 185 retries, and is then dropped', async () => {
    const { kernel, bus, sent, tried } = createBus({ onSend: away });
    const start = kernel.now();
    bus.publish(failed);
    await kernel.advance(22 * hour);
    expect(bus.pending()).toEqual(['1 deliveries of events']);
    await kernel.advance(3 * hour);
    expect(bus.pending()).toEqual([]);
    expect(sent).toEqual([]);
    expect((tried.at(-1) ?? 0) - start).toBeLessThanOrEqual(24 * hour);
    expect(tried.length).toBeLessThanOrEqual(186);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html#eb-rule-dlq
  it('becomes a dead letter after the retries of its target, saying why', async () => {
    const target = aTarget({ deadLetterArn, maxRetries: 2 });
    const { kernel, bus, sent, tried } = createBus({
      rules: [aRule({ targets: [target] })],
      onSend: away,
    });
    bus.publish(failed);
    await kernel.advance(minute);
    expect(tried).toHaveLength(4);
    expect(sent).toMatchObject([{ arn: deadLetterArn }]);
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ detail: { status: 'FAILED' } });
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    expect(sent[0]?.attributes).toEqual({
      RULE_ARN: text('arn:aws:events:us-east-1:000000000000:rule/executions-that-failed'),
      TARGET_ARN: text(queueArn),
      ERROR_CODE: text('INTERNAL_ERROR'),
      ERROR_MESSAGE: text('the queue is away'),
      EXHAUSTED_RETRY_CONDITION: text('MaximumRetryAttempts'),
      RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '2' },
    });
  });

  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
  it('becomes a dead letter once it is older than its target allows', async () => {
    const target = aTarget({ deadLetterArn, maxAgeMs: minute });
    const { kernel, bus, sent } = createBus({
      rules: [aRule({ targets: [target] })],
      onSend: away,
    });
    const start = kernel.now();
    bus.publish(failed);
    await kernel.advance(hour);
    expect(sent[0]?.attributes?.EXHAUSTED_RETRY_CONDITION?.StringValue).toBe(
      'MaximumEventAgeInSeconds',
    );
    expect((sent[0]?.atMs ?? 0) - start).toBeLessThanOrEqual(minute);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html#eb-rule-dlq
  it('becomes a dead letter at once when the rule may not use the target', async () => {
    const { kernel, bus, sent, tried } = createBus({
      rules: [aRule({ targets: [aTarget({ deadLetterArn })] })],
      onSend: (arn) => {
        if (arn === queueArn) throw new AwsError('AccessDeniedException', 'no');
      },
    });
    bus.publish(failed);
    await kernel.advance(0);
    expect(tried).toHaveLength(2);
    expect(sent[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
    expect(sent[0]?.attributes?.ERROR_CODE?.StringValue).toBe('AccessDeniedException');
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html#eb-rule-dlq
  it('is dropped when the dead-letter queue does not take it either', async () => {
    const { kernel, bus, sent } = createBus({
      rules: [aRule({ targets: [aTarget({ deadLetterArn, maxRetries: 0 })] })],
      onSend: () => {
        throw new Error('every queue is away');
      },
    });
    bus.publish(failed);
    await kernel.advance(0);
    expect([sent, bus.pending()]).toEqual([[], []]);
  });
});

describe('accepted events and a kill of the engine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'everonce-events-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Publishes, lets `runMs` pass, and leaves the engine as a kill does: nothing is closed in order. */
  async function killed(runMs: number, targets = [aTarget()]) {
    const path = join(folder, 'engine.sqlite');
    const journal = openJournal(path);
    const first = createBus({ rules: [aRule({ targets })], journal, onSend: away });
    first.bus.publish(failed);
    await first.kernel.advance(runMs);
    journal.close();
    return { path, nowMs: first.kernel.now() };
  }

  it('are delivered by the next one', async () => {
    const { path, nowMs } = await killed(minute);
    const kernel = new VirtualKernel(2, nowMs + hour);
    const journal = openJournal(path);
    const next = createBus({ kernel, journal });
    expect(next.bus.pending()).toEqual(['1 deliveries of events']);
    await kernel.advance(0);
    expect(next.sent).toHaveLength(1);
    journal.close();
    expect(createBus({ journal: openJournal(path) }).bus.pending()).toEqual([]);
  });

  it('have still the age and the retries they had', async () => {
    const targets = [aTarget({ maxRetries: 3, deadLetterArn })];
    const { path, nowMs } = await killed(1500, targets);
    const kernel = new VirtualKernel(2, nowMs + hour);
    const rules = [aRule({ targets })];
    const next = createBus({ kernel, rules, journal: openJournal(path), onSend: away });
    await kernel.advance(hour);
    expect(next.tried).toHaveLength(3);
    expect(next.sent[0]?.attributes?.RETRY_ATTEMPTS?.StringValue).toBe('3');
  });

  it('are not given up silently when their rule has left the template', async () => {
    const { path } = await killed(0);
    expect(() => createBus({ rules: [], journal: openJournal(path) })).toThrow(
      /still to be delivered to target Target0 of the rule executions-that-failed/,
    );
  });
});
