import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../local/engine.ts';
import { needsOf, type Operation } from '../../../local/iam/needs.ts';
import { aPermission, getAtt, type Resources } from '../template/assembly.ts';
import { aFlow, allow, start } from './shop.ts';

const logging = allow(['logs:CreateLogStream', 'logs:PutLogEvents']);
const outside = { name: 'outside', roleArn: undefined };

/** A call as a function's SDK signs it, through the local port. */
async function send(engine: Engine, target: string, input: object, keyId = 'LOCAL-Shop-Work') {
  const service = target.startsWith('AmazonSQS') ? 'sqs' : 'dynamodb';
  const scope = `${keyId}/20260101/us-east-1/${service}/aws4_request`;
  const answer = await engine.drive(
    engine.gateway.request(
      {
        ...{ method: 'POST', host: `${service}.us-east-1.amazonaws.com`, path: '/' },
        headers: {
          'x-amz-target': target,
          authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        },
        body: JSON.stringify(input),
      },
      outside,
    ),
  );
  return { ...answer, json: JSON.parse(answer.body) as Record<string, unknown> };
}

const readOrders = allow('dynamodb:GetItem', getAtt('Orders', 'Arn'));
const get = { TableName: 'Shop-Orders', Key: { id: { S: '1' } } };
const put = { TableName: 'Shop-Orders', Item: { id: { S: '1' } } };

describe('a call of a function', () => {
  it('is answered when its role allows it', async () => {
    const { engine } = await start([readOrders]);
    expect((await send(engine, 'DynamoDB_20120810.GetItem', get)).status).toBe(200);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  it('is answered by AccessDeniedException when it does not', async () => {
    const { engine } = await start([readOrders]);
    const { status, json } = await send(engine, 'DynamoDB_20120810.PutItem', put);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      message: expect.stringContaining(
        'User: arn:aws:sts::000000000000:assumed-role/Shop-Role/Shop-Work is not authorized to ' +
          'perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/',
      ),
    });
    expect(await engine.drive(engine.items('Orders'))).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
  it('is refused by SQS under the name that its clients know', async () => {
    const { engine } = await start([readOrders]);
    const [queue] = engine.model.queues;
    const input = { QueueUrl: queue?.url, MessageBody: 'x' };
    const { headers, json } = await send(engine, 'AmazonSQS.SendMessage', input);
    expect(headers['x-amzn-query-error']).toBe('AccessDenied;Sender');
    expect(json.message).toContain('is not authorized to perform: sqs:SendMessage');
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  it('is refused without a signature', async () => {
    const { engine } = await start([]);
    const answer = await engine.drive(
      engine.gateway.request(
        {
          ...{ method: 'POST', host: 'dynamodb.us-east-1.amazonaws.com', path: '/', body: '{}' },
          headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
        },
        outside,
      ),
    );
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
      message: 'Request is missing Authentication Token',
    });
  });

  it('is the administrator’s with any other key on the local port, but not past a denial', async () => {
    const denial = {
      ...{ Effect: 'Deny', Principal: '*', Action: 'sqs:PurgeQueue' },
      Resource: getAtt('Jobs', 'Arn'),
    };
    const { engine } = await start([], {
      JobsPolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Jobs' }], PolicyDocument: { Statement: [denial] } },
      },
    });
    expect((await send(engine, 'DynamoDB_20120810.PutItem', put, 'anyone')).status).toBe(200);
    const [queue] = engine.model.queues;
    const purge = { QueueUrl: queue?.url };
    const { json } = await send(engine, 'AmazonSQS.PurgeQueue', purge, 'anyone');
    expect(json.message).toContain('with an explicit deny in a resource-based policy');
  });
});

describe('an operation', () => {
  it('has its permissions listed, whichever of the engine’s services it belongs to', async () => {
    const { engine } = await start([]);
    const { dynamo, sqs, states } = engine;
    const operations = [dynamo, sqs, states].map(async (service) => {
      const refusal: unknown = await service.call('Nonsense', {}, outside).catch(String);
      const [, known = ''] = /(?:only|runs) ([\w, ]+)/.exec(String(refusal)) ?? [];
      return known.split(', ').map((action) => ({ service: service.name, action, input: {} }));
    });
    const known = (await Promise.all(operations)).flat();
    expect(known.length).toBeGreaterThan(40);
    expect(known.filter((operation) => !isListed(operation))).toEqual([]);
  });
});

/** A malformed request is the service's to refuse. */
function isListed(operation: Operation): boolean {
  try {
    return needsOf(operation) !== undefined;
  } catch {
    return true;
  }
}

describe('the log of a function', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
  it('has its lines when its role may write them', async () => {
    const { engine, logs } = await start([logging]);
    await engine.drive(engine.lambdas.invoke('Shop-Work', {}, 'test'));
    expect(logs).toMatchObject([{ functionName: 'Shop-Work', line: 'here I am' }]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
  it('loses them otherwise, and the engine says so once', async () => {
    const { engine, logs } = await start([allow('logs:CreateLogStream')]);
    for (let i = 0; i < 2; i++) {
      const outcome = await engine.drive(engine.lambdas.invoke('Shop-Work', {}, 'test'));
      expect(outcome.kind).toBe('ok');
    }
    expect(logs).toMatchObject([
      {
        functionName: 'IAM',
        line: expect.stringContaining(
          'logs:PutLogEvents on resource: arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/Shop-Work:',
        ),
      },
    ]);
  });
});

describe('the API', () => {
  async function ask(permission: Record<string, unknown>) {
    const { engine } = await start([logging], { Permission: aPermission(permission) });
    const token = await engine.drive(engine.token('alice', 'orders'));
    const answer = await engine.drive(engine.request({ path: '/orders/1', token }));
    return { answer, refusals: [...engine.access.refusals] };
  }
  const source = (route: string) => ({
    SourceArn: { 'Fn::Sub': `arn:aws:execute-api:us-east-1:000000000000:\${Api}/${route}` },
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
  it.each(['*/*/orders/{id}', '$default/GET/orders/{id}', '*/*'])(
    'calls a function that admits it for %s',
    async (route) => {
      expect((await ask(source(route))).answer.status).toBe(200);
    },
  );

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
  it.each(['*/*/orders', '*/POST/orders/{id}', 'prod/*/orders/{id}'])(
    'answers 500 where the function admits it for %s only',
    async (route) => {
      const { answer, refusals } = await ask(source(route));
      expect(answer.status).toBe(500);
      expect(answer.json).toEqual({ message: 'Internal Server Error' });
      expect(refusals).toEqual([
        'Service: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction on ' +
          'resource: arn:aws:lambda:us-east-1:000000000000:function:Shop-Work because no ' +
          'resource-based policy allows the lambda:InvokeFunction action',
      ]);
    },
  );

  it('is no other service', async () => {
    const { answer } = await ask({ Principal: 'events.amazonaws.com' });
    expect(answer.status).toBe(500);
  });
});

const admitting = (rule: string): Resources => ({
  JobsPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Jobs' }],
      PolicyDocument: {
        Statement: {
          ...allow('sqs:SendMessage', getAtt('Jobs', 'Arn')),
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': rule } },
        },
      },
    },
  },
});
const calling = allow('lambda:InvokeFunction', getAtt('Work', 'Arn'));

async function runFlow(engine: Engine): Promise<Record<string, unknown>> {
  const [machine] = engine.model.machines;
  const call = (action: string, input: Record<string, unknown>) =>
    engine.drive(engine.gateway.call({ service: 'states', action, input, caller: outside }));
  const started = await call('StartExecution', { stateMachineArn: machine?.arn, name: 'run' });
  await engine.quiesce(3_600_000);
  const { executionArn } = started as { executionArn: string };
  return (await call('DescribeExecution', { executionArn })) as Record<string, unknown>;
}

describe('a state machine', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
  it('calls functions under its role', async () => {
    const { engine } = await start([logging, calling], aFlow);
    expect(await runFlow(engine)).toMatchObject({ status: 'SUCCEEDED' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
  it('meets Lambda.AWSLambdaException where its role does not allow the call', async () => {
    const { engine } = await start([logging], aFlow);
    expect(await runFlow(engine)).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.AWSLambdaException',
      cause: expect.stringMatching(
        /assumed-role\/Shop-Role\/Shop-Flow is not authorized to perform: lambda:InvokeFunction .*AccessDeniedException/,
      ),
    });
  });
});

describe('a rule', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  it('reaches a queue that admits it', async () => {
    const rule = 'arn:aws:events:us-east-1:000000000000:rule/Shop-Ended';
    const { engine } = await start([logging, calling], { ...aFlow, ...admitting(rule) });
    await runFlow(engine);
    expect(engine.sqs.depths()['Shop-Jobs']).toMatchObject({ visible: 1 });
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  it('does not reach a queue that admits another, and does not try again', async () => {
    const rule = 'arn:aws:events:us-east-1:000000000000:rule/Shop-Other';
    const { engine } = await start([logging, calling], { ...aFlow, ...admitting(rule) });
    await runFlow(engine);
    expect(engine.sqs.depths()['Shop-Jobs']).toMatchObject({ visible: 0 });
    expect([...engine.access.refusals]).toEqual([
      expect.stringContaining(
        'Service: events.amazonaws.com is not authorized to perform: sqs:Send',
      ),
    ]);
  });
});
