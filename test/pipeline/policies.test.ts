import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../bin/iam/explain.ts';
import { neverUsed } from '../../bin/iam/explanations.ts';
import { nameOf, type Use, unusedOf } from '../../bin/iam/granted.ts';
import { itemsPerPage } from '../../lambdas/shell/rescue-outbox.ts';
import { AwsError } from '../../local/gateway/service.ts';
import { type Grant, grants } from '../../local/iam/access.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { cancelling, placing } from '../support/requests.ts';

/** Every test of the pipeline fails on a call that its caller's role does not allow; here is the rest. */
let pipeline: Pipeline;
const uses: Use[] = [];
function note(message: unknown): void {
  const { logicalId, index, ...use } = message as Grant;
  uses.push({ statement: nameOf({ logicalId, index }), ...use });
}

beforeAll(async () => {
  grants.subscribe(note);
  pipeline = await startPipeline({ stock: { mug: 20, cup: 0 } });
});
afterAll(() => {
  grants.unsubscribe(note);
  return pipeline.stop();
});

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
  const paths = [
    ...['/', '/openapi.json', '/nowhere'],
    ...['/orders', '/products', '/products/mug', `/orders/${id}`],
  ];
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
  let isHopeless = false;
  const endBlocking = pipeline.disturb((call, next) => {
    const entry = pipeline.entryOf(call);
    if (call.action !== 'UpdateItem' || !recoverers.includes(entry)) return next();
    isHopeless = true;
    if (entry === finder) return next();
    throw new AwsError('ServiceUnavailable', 'provoked', { status: 503 });
  });
  pipeline.mapping('watch-deadline').pause();
  const hopeless = placing(`hopeless-${finder}`, { method: 'pm_card_chargeDeclined' });
  const id = await pipeline.place(hopeless);
  // The news of an execution's end may be lost.
  const MessageBody = JSON.stringify({ orderId: id });
  const { url: reminders } = pipeline.queue('recover-saga');
  await pipeline.call('sqs', 'SendMessage', { QueueUrl: reminders, MessageBody });
  expect(await pipeline.kernel.until(() => isHopeless, 720 * minuteMs)).toBe(true);
  const { url: QueueUrl } = pipeline.queue('start-saga');
  await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody: endWatch(id) });
  pipeline.mapping('watch-deadline').resume();
  await pipeline.settle(1);
  endBlocking();
  heal();
}
const recoverers = ['start-saga', 'watch-deadline', 'recover-saga'];
const minuteMs = 60_000;

/** Ends by answering the OrderPlaced of an order. */
function watchPlacings(): (id: string) => string {
  const seen: string[] = [];
  const end = pipeline.disturb((call, next) => {
    for (const { MessageBody } of (call.input.Entries ?? []) as { MessageBody: string }[])
      if (MessageBody.includes('"OrderPlaced"')) seen.push(MessageBody);
    return next();
  });
  return (id) => {
    end();
    return seen.find((body) => body.includes(id)) ?? '';
  };
}

/** An order whose execution has just begun. */
async function placeAndBegin(key: string): Promise<string> {
  const starts = () => pipeline.engine.usage().requests['states.StartExecution'] ?? 0;
  const before = starts();
  const id = await pipeline.place(placing(key));
  expect(await pipeline.kernel.until(() => starts() > before, 60_000)).toBe(true);
  await pipeline.kernel.advance(100);
  return id;
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

  const stopped = await placeAndBegin('stopped');
  pipeline.mapping('recover-saga').pause();
  await pipeline.stopExecution(stopped);
  await pipeline.kernel.advance(5000);
  pipeline.engine.sqs.queue(pipeline.queue('recover-saga').arn).purge();
  const { url: QueueUrl } = pipeline.queue('start-saga');
  const MessageBody = endWatch(stopped);
  await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody });
  pipeline.mapping('recover-saga').resume();
  await pipeline.settle(1);
}

/** The end of an execution is told to a queue that is not there: the event becomes a dead letter. */
async function loseAnEvent(): Promise<void> {
  const { sqs } = pipeline.engine;
  const { arn } = pipeline.queue('recover-saga');
  const { send } = sqs;
  sqs.send = (queueArn, ...rest) => {
    if (queueArn === arn) throw new AwsError('NonExistentQueue', 'provoked');
    send(queueArn, ...rest);
  };
  await pipeline.stopExecution(await placeAndBegin('unheard-of'));
  await pipeline.kernel.advance(5000);
  sqs.send = send;
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

/** Everything is told again, from a second page on too. */
async function rescueAll(): Promise<void> {
  const TableName = pipeline.table('OrdersTable');
  for (let item = 0; item < itemsPerPage; item++) {
    const Item = { id: { S: `refused-${item}` }, status: { S: 'REFUSED' } };
    await pipeline.call('dynamodb', 'PutItem', { TableName, Item });
  }
  const QueueUrl = pipeline.queue('rescue-outbox').url;
  const MessageBody = '{"since":"2000-01-01T00:00:00Z"}';
  await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody, DelaySeconds: 0 });
  await pipeline.settle(1);
}

describe('the policies of the template', () => {
  it('grant nothing that nobody ever needs', async () => {
    await useTheApi();
    await placeAllKinds();
    await bookInVain();
    for (const finder of recoverers) await giveUp(finder);
    await beginLate();
    await loseAnEvent();
    await poisonEverything();
    await rescueAll();
    const unused = unusedOf(pipeline.engine.model.access, uses);
    const { unexplained } = explain(
      unused.map((each) => Object.values(each).join(' ')),
      neverUsed,
    );
    expect(unexplained).toEqual([]);
  });

  it('allow every call that is made', () => {
    expect(pipeline.forbidden).toEqual([]);
  });
});
