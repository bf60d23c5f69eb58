/** Who stands at the local port: SDK clients and the AWS CLI, with what they send. */
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clients } from '../../../bin/conformance/case.ts';
import { closeClients, createClients } from '../../../bin/conformance/clients.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import { createGatewayServer, type GatewayServer } from '../../../local/gateway/port.ts';
import { AwsError } from '../../../local/gateway/service.ts';
import { RealKernel } from '../../../local/kernel/real-kernel.ts';

const answers: Readonly<Record<string, object>> = {
  ListTables: { TableNames: ['orders'] },
  ListStreams: { Streams: [{ TableName: 'orders' }] },
  ListQueues: { QueueUrls: ['https://sqs/jobs'] },
  ListStateMachines: { stateMachines: [] },
};

let server: GatewayServer;
let clients: Clients;
const url = () => `http://127.0.0.1:${server.port}`;

beforeAll(async () => {
  const gateway = new Gateway({ kernel: new RealKernel() });
  for (const name of ['dynamodb', 'sqs', 'states'])
    gateway.register({
      name,
      call: async (action) => {
        const answer = answers[action];
        if (answer) return answer;
        throw new AwsError('QueueDoesNotExist', `no ${action}`);
      },
    });
  server = await createGatewayServer(gateway, 0);
  clients = createClients(url());
});
afterAll(async () => {
  closeClients(clients);
  await server.close();
});

/** As a client signs that does not care who checks it. */
const signedFor = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

const post = (service: string, contentType: string, body: string) =>
  fetch(url(), {
    method: 'POST',
    headers: { authorization: signedFor(service), 'content-type': contentType },
    body,
  });

describe('a client outside the engine', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
  it('is led to its service by the scope of its signature', async () => {
    const { dynamodb, streams, sqs, states } = clients;
    expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(['orders']);
    expect((await streams.send(new ListStreamsCommand({}))).Streams).toHaveLength(1);
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual(['https://sqs/jobs']);
    expect((await states.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-faqs.html
  it('gets errors of SQS by both of their names', async () => {
    const refused = clients.sqs.purgeQueue({ QueueUrl: 'https://sqs/jobs' });
    await expect(refused).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });

  it('that still speaks the query protocol to SQS is told so in XML, and what to use', async () => {
    const form = 'application/x-www-form-urlencoded; charset=utf-8';
    const answer = await post('sqs', form, 'Action=ListQueues&Version=2012-11-05');
    const text = await answer.text();
    expect(answer.status).toBe(400);
    expect(text).toContain('<Code>UnsupportedProtocol</Code>');
    expect(text).toContain('sqs.ListQueues came in the query protocol');
    expect(text).toContain('use an AWS CLI or SDK from 2024 or later');
  });

  it('that asks for a service with XML is told in XML what there is', async () => {
    const form = 'application/x-www-form-urlencoded';
    const sts = await post('sts', form, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(await sts.text()).toContain('sts.GetCallerIdentity came in the query protocol');
    const s3 = await fetch(`${url()}/?a&b`, { headers: { authorization: signedFor('s3') } });
    expect(await s3.text()).toContain('<Message>GET /?a&amp;b: the local port has no S3.');
  });

  it('that is no client of AWS is told which address it has met', async () => {
    const answer = await fetch(`${url()}/orders`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('called GET /orders at 127.0.0.1');
  });
});
