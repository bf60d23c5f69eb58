import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { aRule, aTarget, createBus, functionArn } from './bus.ts';

const minute = 60_000;
const scheduled = (schedule: string) =>
  aRule({ name: 'sweep', pattern: undefined, schedule, targets: [aTarget({ arn: functionArn })] });

describe('a scheduled rule', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
  it('calls its target with an event of its own, at the times it names', async () => {
    const { kernel, invoked } = createBus({ rules: [scheduled('cron(0/10 0 * * ? *)')] });
    const start = kernel.now();
    await kernel.advance(25 * minute);
    expect(invoked.map(({ atMs }) => atMs - start)).toEqual([10 * minute, 20 * minute]);
    expect(invoked[0]?.event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-01T00:10:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/sweep'],
      detail: {},
    });
  });

  it('keeps nobody busy while it waits for its minute', async () => {
    const { kernel, bus, invoked } = createBus({ rules: [scheduled('rate(1 minute)')] });
    expect(bus.pending()).toEqual([]);
    await kernel.advance(90_000);
    expect(invoked).toHaveLength(1);
    expect(bus.pending()).toEqual([]);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
  it('may run twice for one time', async () => {
    const { kernel, invoked } = createBus({
      rules: [scheduled('rate(1 hour)')],
      chaos: { repeat: 1, overtakeMs: 0 },
    });
    await kernel.advance(60 * minute);
    expect(invoked).toHaveLength(2);
    expect(invoked[0]?.event).toEqual(invoked[1]?.event);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
  it('reacts to events too when it has a pattern beside its schedule', async () => {
    const rule = aRule({ schedule: 'rate(1 hour)', targets: [aTarget({ arn: functionArn })] });
    const { kernel, bus, invoked } = createBus({ rules: [rule] });
    bus.publish({ source: 'aws.states', detailType: 'x', detail: { status: 'FAILED' } });
    await kernel.advance(60 * minute);
    expect(invoked).toMatchObject([
      { event: { source: 'aws.states' } },
      { event: { source: 'aws.events' } },
    ]);
  });

  // Not documented: chosen because a scheduled rule sends events "to the specified targets":
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
  it('tells other rules nothing of its events', async () => {
    const listening = aRule({ name: 'all', pattern: { source: ['aws.events'] } });
    const { kernel, sent, invoked } = createBus({
      rules: [scheduled('rate(1 minute)'), listening],
    });
    await kernel.advance(minute);
    expect([invoked.length, sent.length]).toEqual([1, 0]);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
  it('counts its rate on over a restart, and does not make up for what it missed', async () => {
    const journal = openJournal(undefined);
    const rules = [scheduled('rate(1 hour)')];
    const { kernel: before } = createBus({ rules, journal });
    const kernel = new VirtualKernel(2, before.now() + 210 * minute);
    const { invoked } = createBus({ rules, journal, kernel });
    await kernel.advance(31 * minute);
    expect(invoked.map(({ atMs }) => atMs - before.now())).toEqual([240 * minute]);
  });
});
