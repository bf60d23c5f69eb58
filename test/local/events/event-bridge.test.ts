import { describe, expect, it } from 'vitest';
import { type BusEvent, createEventBridge } from '../../../local/events/event-bridge.ts';
import { createTargetDelivery } from '../../../local/events/target-delivery.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { DeliveryChaos, InvokeOutcome } from '../../../local/lambda/invoker.ts';

const minute = 60_000;
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:Recovery';
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:recover';
const crash: InvokeOutcome = { kind: 'error', errorType: 'E', errorMessage: 'e', trace: [] };
const failed = {
  source: 'aws.states',
  detailType: 'Step Functions Execution Status Change',
  detail: { status: 'FAILED' },
};

interface BusOptions {
  readonly arns?: readonly string[];
  readonly answer?: (call: number) => InvokeOutcome;
  readonly chaos?: DeliveryChaos;
  readonly loss?: number;
  readonly refusedSends?: number;
}

function createBus(options: BusOptions = {}) {
  const { arns = [queueArn], answer = () => ({ kind: 'ok', payload: null }), loss = 0 } = options;
  const kernel = new VirtualKernel(1);
  const sent: string[] = [];
  const invoked: { name: string; event: unknown; atMs: number }[] = [];
  let refusals = options.refusedSends ?? 0;
  const deliver = createTargetDelivery({
    kernel,
    queues: {
      send: (arn, body) => {
        if (refusals-- > 0) throw new Error('the queue is away');
        sent.push(`${arn} ${body}`);
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
    chaos: options.chaos ?? { repeat: 0, overtakeMs: 0 },
    rules: [
      {
        logicalId: 'Rule',
        name: 'executions-that-failed',
        pattern: { source: ['aws.states'], detail: { status: ['FAILED', 'TIMED_OUT'] } },
        targets: arns.map((arn, i) => ({ id: `t${i}`, arn })),
      },
    ],
  });
  return { kernel, bus, sent, invoked };
}

describe('the event bus', () => {
  it('sends what a rule matches to a queue, the whole event as the body', async () => {
    const { kernel, bus, sent } = createBus();
    bus.publish(failed);
    bus.publish({ ...failed, detail: { status: 'SUCCEEDED' } });
    expect(bus.pending()).toEqual(['1 deliveries of events']);
    await kernel.advance(0);
    expect(bus.pending()).toEqual([]);
    expect(sent).toHaveLength(1);
    const event = JSON.parse(sent[0]?.slice(queueArn.length + 1) ?? '') as BusEvent;
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

  it('calls a function with the event', async () => {
    const { kernel, bus, invoked } = createBus({ arns: [functionArn] });
    bus.publish(failed);
    await kernel.advance(0);
    expect(invoked).toMatchObject([{ name: 'recover', event: { source: 'aws.states' } }]);
  });

  it('calls a function that fails twice more, after one minute and two', async () => {
    const { kernel, bus, invoked } = createBus({ arns: [functionArn], answer: () => crash });
    const start = kernel.now();
    bus.publish(failed);
    await kernel.advance(60 * minute);
    expect(invoked.map(({ atMs }) => atMs - start)).toEqual([0, minute, 3 * minute]);
    expect(bus.pending()).toEqual([]);
  });

  it('waits out a throttled function, for at most six hours', async () => {
    const { kernel, bus, invoked } = createBus({
      arns: [functionArn],
      answer: () => ({ kind: 'throttled' }),
    });
    const start = kernel.now();
    bus.publish(failed);
    await kernel.advance(24 * 60 * minute);
    expect(bus.pending()).toEqual([]);
    const lastTry = (invoked.at(-1)?.atMs ?? 0) - start;
    expect(lastTry).toBeGreaterThan(350 * minute);
    expect(lastTry).toBeLessThanOrEqual(360 * minute);
  });

  it('tries a delivery again that did not come through', async () => {
    const { kernel, bus, sent } = createBus({ refusedSends: 3 });
    bus.publish(failed);
    await kernel.advance(minute);
    expect(sent).toHaveLength(1);
  });

  it('may deliver twice', async () => {
    const { kernel, bus, sent } = createBus({ chaos: { repeat: 1, overtakeMs: 500 } });
    bus.publish(failed);
    await kernel.advance(500);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
  });

  it('may lose what is published', async () => {
    const { kernel, bus, sent } = createBus({ loss: 1 });
    bus.publish(failed);
    await kernel.advance(minute);
    expect(sent).toEqual([]);
    expect(bus.pending()).toEqual([]);
  });

  it('refuses a target that is neither a queue nor a function', () => {
    expect(() => createBus({ arns: ['arn:aws:sns:us-east-1:0:topic'] })).toThrow(/sns.*neither/);
  });
});
