import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/gateway/service.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { cancelling, placing } from '../support/requests.ts';

/** Every test of the pipeline fails on a call that its caller's role does not allow; here is the rest. */
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 20, cup: 0 } });
});
afterAll(() => pipeline.stop());

const adjusting = (key: string, delta: number) => ({
  ...{ method: 'POST', path: '/products/mug/stock-adjustments', as: 'operator' },
  headers: { 'idempotency-key': key },
  body: { delta, reason: 'count' },
});

/** Everything that operators and customers can ask for. */
async function useTheApi(): Promise<void> {
  const id = await pipeline.place(placing('read'));
  await pipeline.quiet();
  await pipeline.read(await pipeline.place(placing('read-at-once')));
  const paths = ['/orders', '/products', '/products/mug', `/orders/${id}`];
  await pipeline.askAll([
    ...paths.map((path) => ({ path })),
    { path: `/orders/${id}`, headers: { prefer: 'wait=2' } },
    { path: '/sales?day=2026-01-01', as: 'operator' },
    adjusting('count', 5),
    adjusting('more-than-there-is', -1000),
  ]);
  await pipeline.ask(adjusting('count', 5));
  await pipeline.ask(adjusting('uncount', -5));
}

/** Each way in which an order can end. */
async function placeAllKinds(): Promise<void> {
  const ids = await pipeline.placeAll([
    placing('confirmed'),
    placing('declined', { method: 'pm_card_chargeDeclined' }),
    placing('undeliverable', { postalCode: '00000' }),
    placing('out-of-stock', { lines: { cup: 1 } }),
    placing('error-before', { method: 'pm_sandbox_error_before_effect' }),
    placing('error-after', { method: 'pm_sandbox_error_after_effect' }),
    placing('cancelled'),
  ]);
  await pipeline.ask(cancelling(ids.at(-1) ?? ''));
  await pipeline.settle(1);
}

/** Each invocation of an entry ends in an error that is not tried again. */
const failing = (wanted: string) =>
  pipeline.disturbInvocations(async (entry, next) => {
    if (entry !== wanted) return next();
    return { kind: 'error', errorType: 'PermanentFault', errorMessage: '', trace: [] };
  });

/** A booking that is undone, and one whose outcome is unknown, so that the next trier looks it up. */
async function bookInVain(): Promise<void> {
  const heal = failing('confirm-order');
  await pipeline.place(placing('unconfirmed'));
  await pipeline.quiet();
  heal();
  let isFirst = true;
  const end = pipeline.disturb(async (call, next) => {
    const isBooking = call.action === 'PutItem' && String(call.input.TableName).includes('Sandbox');
    if (!isBooking || !isFirst || pipeline.entryOf(call) !== 'book-shipment') return next();
    isFirst = false;
    throw new AwsError('InternalServerError', 'provoked', { status: 500 });
  });
  await pipeline.place(placing('lost-booking'));
  await pipeline.quiet();
  end();
}

/** An order that no execution finishes, given up by `finder` because nobody else can. */
async function giveUp(finder: string): Promise<void> {
  const endWatch = watchPlacings();
  const heal = failing('reject-order');
  const endBlocking = pipeline.disturb((call, next) => {
    const entry = pipeline.entryOf(call);
    if (entry === finder || call.action !== 'UpdateItem' || !recoverers.includes(entry))
      return next();
    throw new AwsError('ServiceUnavailable', 'provoked', { status: 503 });
  });
  pipeline.mapping('watch-deadline').pause();
  await pipeline.place(placing(`hopeless-${finder}`, { method: 'pm_card_chargeDeclined' }));
  await pipeline.kernel.advance(180 * minuteMs);
  const { url: QueueUrl } = pipeline.queue('start-saga');
  await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody: endWatch() });
  pipeline.mapping('watch-deadline').resume();
  await pipeline.settle(1);
  endBlocking();
  heal();
}
const recoverers = ['start-saga', 'watch-deadline', 'recover-saga'];
const minuteMs = 60_000;

/** Ends by answering the last OrderPlaced that was sent. */
function watchPlacings(): () => string {
  let last = '';
  const end = pipeline.disturb((call, next) => {
    for (const { MessageBody } of (call.input.Entries ?? []) as { MessageBody: string }[])
      if (MessageBody.includes('"OrderPlaced"')) last = MessageBody;
    return next();
  });
  return () => {
    end();
    return last;
  };
}

/** Executions that are begun, or begun again, by whoever notices first. */
async function beginLate(): Promise<void> {
  pipeline.mapping('start-saga').pause();
  const endWatch = watchPlacings();
  const id = await pipeline.place(placing('never-begun'));
  await pipeline.kernel.advance(20 * minuteMs);
  pipeline.mapping('start-saga').resume();
  await pipeline.quiet();
  expect(await pipeline.order(id)).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });

  const stopped = await pipeline.place(placing('stopped'));
  const starts = () => pipeline.engine.usage().requests['states.StartExecution'] ?? 0;
  const before = starts();
  expect(await pipeline.kernel.until(() => starts() > before, 60_000)).toBe(true);
  await pipeline.kernel.advance(100);
  pipeline.mapping('recover-saga').pause();
  await pipeline.stopExecution(stopped);
  await pipeline.kernel.advance(5000);
  pipeline.engine.sqs.queue(pipeline.queue('recover-saga').arn).purge();
  const { url: QueueUrl } = pipeline.queue('start-saga');
  const MessageBody = endWatch();
  await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody });
  pipeline.mapping('recover-saga').resume();
  await pipeline.settle(1);
}

/** What is parked by everybody who can park. */
async function poisonEverything(): Promise<void> {
  const { queueMappings, queues } = pipeline.engine.model;
  for (const { queueArn } of queueMappings) {
    const QueueUrl = queues.find(({ arn }) => arn === queueArn)?.url;
    await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'poison', DelaySeconds: 0 });
  }
  const Item = { id: { S: 'broken' }, status: { S: 'MELTED' } };
  await pipeline.call('dynamodb', 'PutItem', { TableName: pipeline.table('OrdersTable'), Item });
  const heal = failing('void-payment');
  await pipeline.place(placing('stuck', { postalCode: '00000' }));
  await pipeline.kernel.advance(10_000);
  heal();
  await pipeline.settle(1);
}

describe('the policies of the template', () => {
  it('grant nothing that no function ever needs', async () => {
    await useTheApi();
    await placeAllKinds();
    await bookInVain();
    for (const finder of recoverers) await giveUp(finder);
    await beginLate();
    await poisonEverything();
    // Powertools asks for a record only where a refused condition brought none, and it always does.
    expect(pipeline.policies.unused()).toEqual([
      expect.stringMatching(/^adjust-stock dynamodb:GetItem Idempotency/),
    ]);
  });

  it('allow every call that is made', () => {
    expect(pipeline.forbidden).toEqual([]);
  });
});
