import { describe, expect, it } from 'vitest';
import { ConnectionLost, Gateway } from '../../../local/gateway/gateway.ts';
import { diff, Meter } from '../../../local/gateway/meter.ts';
import { createGatewayServer } from '../../../local/gateway/port.ts';
import { AwsError, type Caller, type Service } from '../../../local/gateway/service.ts';
import { RealKernel } from '../../../local/kernel/real-kernel.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';

const caller: Caller = { name: 'place-order', roleArn: undefined };

function fakeService(name: string, call: Service['call'] = async () => ({})) {
  const calls: { action: string; caller: string }[] = [];
  const service: Service = {
    name,
    call(action, input, from) {
      calls.push({ action, caller: from.name });
      return call(action, input, from);
    },
  };
  return { service, calls };
}

const post = (host: string, target: string, body = '{}') => ({
  method: 'POST',
  host,
  path: '/',
  headers: { 'x-amz-target': target },
  body,
});

describe('the gateway', () => {
  const sqsHost = 'sqs.us-east-1.amazonaws.com';

  // https://docs.aws.amazon.com/general/latest/gr/rande.html
  it.each([
    ['dynamodb.us-east-1.amazonaws.com', 'dynamodb'],
    ['streams.dynamodb.us-east-1.amazonaws.com', 'dynamodb'],
    ['000000000000.ddb.us-east-1.amazonaws.com', 'dynamodb'],
    [sqsHost, 'sqs'],
    ['states.us-east-1.amazonaws.com', 'states'],
  ])('routes %s to %s', async (host, name) => {
    const gateway = new Gateway({ kernel: new RealKernel() });
    const { service, calls } = fakeService(name);
    gateway.register(service);
    expect((await gateway.request(post(host, 'X.Act'), caller)).status).toBe(200);
    expect(calls).toEqual([{ action: 'Act', caller: 'place-order' }]);
  });

  it('refuses an unknown host, naming host, action and caller', async () => {
    const gateway = new Gateway({ kernel: new RealKernel() });
    const answer = await gateway.request(post('kms.us-east-1.amazonaws.com', 'Kms.Sign'), caller);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'UnknownEndpoint',
      message:
        'place-order called Sign at kms.us-east-1.amazonaws.com, which the local engine does not have',
    });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-faqs.html
  it('answers an error in the JSON protocol, for SQS with the code of the query protocol', async () => {
    const gateway = new Gateway({ kernel: new RealKernel() });
    const { service } = fakeService('sqs', async () => {
      throw new AwsError('QueueDoesNotExist', 'no such queue', { members: { detail: 1 } });
    });
    gateway.register(service);
    const { status, headers, body } = await gateway.request(post(sqsHost, 'AmazonSQS.X'), caller);
    expect(status).toBe(400);
    expect(headers['x-amzn-query-error']).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(JSON.parse(body)).toEqual({
      __type: 'com.amazonaws.sqs#QueueDoesNotExist',
      message: 'no such queue',
      detail: 1,
    });
  });

  it('answers 500 for a defect of its own, and reports it', async () => {
    const defects: unknown[] = [];
    const kernel = new RealKernel();
    const gateway = new Gateway({ kernel, onDefect: (error) => defects.push(error) });
    const bug = new TypeError('undefined is not a queue');
    gateway.register(fakeService('sqs', () => Promise.reject(bug)).service);
    const answer = await gateway.request(post(sqsHost, 'AmazonSQS.Send'), caller);
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('sqs.Send, called by place-order, failed inside the engine');
    expect(defects).toEqual([bug]);
  });

  it('refuses a body that is not JSON', async () => {
    const gateway = new Gateway({ kernel: new RealKernel() });
    gateway.register(fakeService('sqs').service);
    const answer = await gateway.request(post(sqsHost, 'AmazonSQS.Send', '{'), caller);
    expect(JSON.parse(answer.body)).toMatchObject({
      __type: 'com.amazonaws.sqs#SerializationException',
    });
  });

  it('lets an interceptor act before the effect, and lose the answer after it', async () => {
    const gateway = new Gateway({ kernel: new RealKernel() });
    const { service, calls } = fakeService('sqs');
    gateway.register(service);
    gateway.intercept(async ({ action }, next) => {
      if (action === 'Throttled') throw new AwsError('ThrottlingException', 'slow down');
      await next();
      throw new ConnectionLost();
    });
    const throttled = await gateway.request(post(sqsHost, 'AmazonSQS.Throttled'), caller);
    expect(throttled.status).toBe(400);
    expect(calls).toEqual([]);
    const lost = gateway.request(post(sqsHost, 'AmazonSQS.Send'), caller);
    await expect(lost).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(calls).toHaveLength(1);
  });

  it('makes calls take up to 20 ms each way in virtual time, dated by the kernel', async () => {
    const kernel = new VirtualKernel(1);
    const gateway = new Gateway({ kernel });
    gateway.register(fakeService('sqs').service);
    const startMs = kernel.now();
    const answer = await kernel.drive(gateway.request(post(sqsHost, 'AmazonSQS.Send'), caller));
    const tookMs = kernel.now() - startMs;
    expect(tookMs).toBeGreaterThanOrEqual(2);
    expect(tookMs).toBeLessThanOrEqual(40);
    expect(answer.headers.date).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
  });
});

describe('the gateway’s port', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
  it('takes the service from the signature, and the caller is outside', async () => {
    const gateway = new Gateway({ kernel: new RealKernel() });
    const { service, calls } = fakeService('sqs', async () => ({ QueueUrls: [] }));
    gateway.register(service);
    const server = await createGatewayServer(gateway, 0);
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0';
    const answer = await fetch(`http://127.0.0.1:${server.port}/`, {
      method: 'POST',
      headers: { authorization, 'x-amz-target': 'AmazonSQS.ListQueues' },
      body: '{}',
    });
    expect(await answer.json()).toEqual({ QueueUrls: [] });
    expect(calls).toEqual([{ action: 'ListQueues', caller: 'outside' }]);
    await server.close();
  });
});

describe('the meter', () => {
  // https://aws.amazon.com/sqs/pricing/
  // https://aws.amazon.com/lambda/pricing/
  it('bills SQS per started 64 KB, and Lambda per started millisecond', () => {
    const meter = new Meter();
    meter.sqsRequest('SendMessageBatch', 'orders', 64 * 1024 + 1, 10);
    meter.invocation('place-order', 512, 10.2);
    expect(meter.snapshot()).toMatchObject({
      queues: { orders: { requests: 1, billedRequests: 2, messages: 10 } },
      functions: { 'place-order': { invocations: 1, billedMs: 11, gbSeconds: 0.0055 } },
    });
  });

  it('tells two moments apart, and leaves out what did not change', () => {
    const meter = new Meter();
    meter.capacity('Orders', 0, 2);
    meter.transition('saga');
    const before = meter.snapshot();
    meter.capacity('Orders', 0.5, 1);
    const change = diff(before, meter.snapshot());
    expect(change.tables).toEqual({ Orders: { readUnits: 0.5, writeUnits: 1 } });
    expect(change.transitions).toEqual({});
  });
});
