import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/gateway/service.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  // Step Functions tells every end: what happens when it does not is told in untold-status.test.ts.
  pipeline = await startPipeline({ chaos: { repeat: 0.2, overtakeMs: 2000, drop: 0 } });
});
afterAll(() => pipeline.stop());

const minuteMs = 60_000;
const secondMs = 1_000;

/** Statuses of an order's executions, oldest first. */
async function executionsOf(orderId: string): Promise<string[]> {
  const executions = await pipeline.engine.executions();
  return executions.filter(({ name }) => name.startsWith(orderId)).map(({ status }) => status);
}

/** An order whose execution was stopped from outside after its money was held. */
async function placeAndStop(key: string): Promise<string> {
  const id = await pipeline.place(placing(key));
  let isHeld = false;
  const end = pipeline.disturb(async (call, next) => {
    const answer = await next();
    isHeld ||= pipeline.entryOf(call) === 'book-shipment';
    return answer;
  });
  expect(await pipeline.kernel.until(() => isHeld, 10 * minuteMs)).toBe(true);
  end();
  await pipeline.stopExecution(id);
  return id;
}

/** While it lasts, what is sent to these consumers is lost. */
function loseMessagesOf(...entries: readonly string[]): () => void {
  for (const entry of entries) pipeline.mapping(entry).pause();
  return () => {
    for (const entry of entries) {
      pipeline.engine.sqs.queue(pipeline.queue(entry).arn).purge();
      pipeline.mapping(entry).resume();
    }
  };
}

describe('an order whose execution ended before its work was done', () => {
  it('is finished because Step Functions reports the end', async () => {
    // The execution is stopped from outside.
    const id = await placeAndStop('event');
    await pipeline.quiet();
    expect(await executionsOf(id)).toEqual(['ABORTED', 'SUCCEEDED']);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'CAPTURED' });
  });

  it('is finished because its placing is told once more', async () => {
    // The execution is stopped, the event of that is lost, and OrderPlaced is delivered again.
    const { url, name } = pipeline.queue('start-saga');
    let message = '';
    const end = pipeline.disturb((call, next) => {
      if (call.action === 'SendMessageBatch' && String(call.input.QueueUrl).endsWith(name))
        [{ MessageBody: message }] = call.input.Entries as [{ MessageBody: string }];
      return next();
    });
    const endLosing = loseMessagesOf('recover-saga');
    const id = await placeAndStop('repeat');
    await pipeline.kernel.advance(5 * secondMs);
    endLosing();
    end();
    expect(message).toContain(id);
    await pipeline.call('sqs', 'SendMessage', { QueueUrl: url, MessageBody: message });
    await pipeline.quiet();
    expect(await executionsOf(id)).toEqual(['ABORTED', 'SUCCEEDED']);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED' });
  });

  it('is undone because its deadline is watched', async () => {
    // The execution is stopped, the event of that is lost, and so is OrderPlaced if it comes again.
    const id = await placeAndStop('deadline');
    const endLosing = loseMessagesOf('recover-saga', 'start-saga');
    await pipeline.kernel.advance(5 * minuteMs);
    endLosing();
    expect(await pipeline.order(id)).toMatchObject({ status: 'PENDING' });
    await pipeline.settle(1);
    expect(await executionsOf(id)).toEqual(['ABORTED', 'SUCCEEDED']);
    expect(await pipeline.order(id)).toMatchObject({
      status: 'REJECTED',
      reason: 'DEADLINE_EXCEEDED',
    });
    expect(await pipeline.sandbox('payment', id)).toEqual([
      expect.objectContaining({ authorized: 1250, voided: 1250 }),
    ]);
  });
});

describe('an order whose execution never began', () => {
  it('is rejected and undone because its deadline is watched, and stays so when it is started late', async () => {
    // Nobody starts executions for twenty minutes.
    const starter = pipeline.mapping('start-saga');
    starter.pause();
    const id = await pipeline.place(placing('never-begun'));
    await pipeline.kernel.advance(20 * minuteMs);
    const rejected = { status: 'REJECTED', reason: 'DEADLINE_EXCEEDED', version: 2 };
    expect(await pipeline.order(id)).toMatchObject(rejected);
    starter.resume();
    await pipeline.settle(1);
    expect(await pipeline.order(id)).toMatchObject(rejected);
    expect(await executionsOf(id)).toEqual(['SUCCEEDED']);
  });

  it('is rejected and undone also when its start message died', async () => {
    // Step Functions refuses all starts of the starter, until the message is a dead letter.
    const end = pipeline.disturb((call, next) => {
      if (pipeline.entryOf(call) !== 'start-saga' || call.action !== 'StartExecution')
        return next();
      throw new AwsError('ServiceUnavailable', 'provoked', { status: 503 });
    });
    const id = await pipeline.place(placing('dead-letter'));
    await pipeline.settle(1);
    end();
    expect(await pipeline.order(id)).toMatchObject({
      status: 'REJECTED',
      reason: 'DEADLINE_EXCEEDED',
    });
    const { redrive } = pipeline.queue('start-saga');
    expect(pipeline.engine.sqs.redrive(redrive?.deadLetterArn ?? '')).toBeGreaterThan(0);
    await pipeline.settle(1);
    expect(await executionsOf(id)).toEqual(['SUCCEEDED']);
  });
});

describe('an order that no recovery can finish', () => {
  let id: string;
  let heal: () => void;
  const parkedRow = async () =>
    (await pipeline.rows('ParkedTable')).find((row) => row.id === `order:${id}`);
  const remind = async () => {
    const { url: QueueUrl } = pipeline.queue('recover-saga');
    const MessageBody = JSON.stringify({ orderId: id });
    await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody });
    await pipeline.settle();
  };

  it('is tried five more times after growing waits, and then waits for a person', async () => {
    // The abort decision fails for good, whoever makes it.
    heal = pipeline.disturb((call, next) => {
      if (pipeline.entryOf(call) !== 'reject-order' || call.action !== 'UpdateItem') return next();
      throw new AwsError('ValidationException', 'provoked');
    });
    id = await pipeline.place(placing('hopeless', { method: 'pm_card_chargeDeclined' }));
    await pipeline.settle(6);
    expect(await executionsOf(id)).toEqual(Array.from({ length: 6 }, () => 'FAILED'));
    const executions = (await pipeline.engine.executions()) as unknown as {
      readonly name: string;
      readonly startDate: number;
      readonly stopDate: number;
    }[];
    const own = executions.filter(({ name }) => name.startsWith(id));
    const waits = own
      .slice(1)
      .map(({ startDate }, index) => startDate - (own[index]?.stopDate ?? 0));
    for (const [index, least] of [0, 30, 120, 300, 900].entries())
      expect(waits[index]).toBeGreaterThanOrEqual(least);
    expect(await parkedRow()).toMatchObject({ reason: 'not finished by 5 recoveries' });
    expect(await pipeline.read(id)).toMatchObject({ status: 'PENDING', parked: true });
    const metric = pipeline.logs.filter(({ line }) => line.includes(`"id":"order:${id}"`));
    // At least once: a message that is delivered again alarms again rather than not at all.
    expect(metric.length).toBeGreaterThan(0);
    for (const { line } of metric) expect(JSON.parse(line)).toMatchObject({ Parked: 1 });
  });

  it('is not started again as long as it is parked', async () => {
    heal();
    await remind();
    expect(await executionsOf(id)).toHaveLength(6);
    expect(await pipeline.order(id)).toMatchObject({ status: 'PENDING' });
  });

  it('is not finished by an operator who only lets go of it: its recoveries are used up', async () => {
    const Key = { id: { S: `order:${id}` } };
    await pipeline.call('dynamodb', 'DeleteItem', {
      TableName: pipeline.table('ParkedTable'),
      Key,
    });
    await remind();
    expect(await parkedRow()).toBeDefined();
    expect(await executionsOf(id)).toHaveLength(6);
  });

  it('is finished by an operator who runs its machine again under any name', async () => {
    const [machine] = pipeline.engine.model.machines;
    await pipeline.call('states', 'StartExecution', {
      stateMachineArn: machine?.arn ?? '',
      name: `${id}-by-hand`,
      input: JSON.stringify({ orderId: id }),
    });
    await pipeline.settle(1);
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED', payment: 'VOIDED' });
  });
});

describe('an order that an operator holds', () => {
  it('is not started again', async () => {
    // An operator's row, and then the execution is stopped.
    const id = await pipeline.place(placing('held'));
    const Item = { id: { S: `order:${id}` }, reason: { S: 'held' } };
    await pipeline.call('dynamodb', 'PutItem', { TableName: pipeline.table('ParkedTable'), Item });
    await pipeline.kernel.advance(2500);
    await pipeline.stopExecution(id).catch(() => undefined);
    await pipeline.settle(1);
    const runs = await executionsOf(id);
    expect(runs).toHaveLength(1);
  });
});

it('leaves everything else as it should be in the end', async () => {
  expect(await pipeline.problems(/^parked: order:/, /^execution \S+ is (FAILED|ABORTED)/)).toEqual(
    [],
  );
});
