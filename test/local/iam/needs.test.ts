import { describe, expect, it } from 'vitest';
import { needsOf } from '../../../local/iam/needs.ts';

const of = (service: string, action: string, input: Record<string, unknown>) =>
  needsOf({ service, action, input })?.map(
    (need) =>
      `${need.action} ${need.resource.replace(/^arn:aws:[a-z]+:us-east-1:000000000000:/, '')}`,
  );
const TableName = 'Orders';
const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/Work';

describe('what an operation takes', () => {
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
  it.each([
    ['PutItem', { TableName }, ['dynamodb:PutItem table/Orders']],
    ['Query', { TableName, IndexName: 'by' }, ['dynamodb:Query table/Orders/index/by']],
    ['Scan', { TableName }, ['dynamodb:Scan table/Orders']],
    [
      'BatchGetItem',
      { RequestItems: { Orders: {}, Stock: {} } },
      ['dynamodb:BatchGetItem table/Orders', 'dynamodb:BatchGetItem table/Stock'],
    ],
    [
      'GetItem',
      { TableName: 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders' },
      ['dynamodb:GetItem table/Orders'],
    ],
    ['ListTables', {}, ['dynamodb:ListTables table/*']],
  ])('for %s is asked on the table or index', (action, input, needs) => {
    expect(of('dynamodb', action, input)).toEqual(needs);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
  it('for a transaction is what each part takes', () => {
    const parts = ['Put', 'Update', 'Delete', 'ConditionCheck'];
    const TransactItems = parts.map((kind) => ({ [kind]: { TableName } }));
    expect(of('dynamodb', 'TransactWriteItems', { TransactItems })).toEqual([
      'dynamodb:PutItem table/Orders',
      'dynamodb:UpdateItem table/Orders',
      'dynamodb:DeleteItem table/Orders',
      'dynamodb:ConditionCheckItem table/Orders',
    ]);
    const reads = { TransactItems: [{ Get: { TableName } }] };
    expect(of('dynamodb', 'TransactGetItems', reads)).toEqual(['dynamodb:GetItem table/Orders']);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
  it.each([
    ['SendMessage', 'sqs:SendMessage Work'],
    ['SendMessageBatch', 'sqs:SendMessage Work'],
    ['DeleteMessageBatch', 'sqs:DeleteMessage Work'],
    ['ChangeMessageVisibilityBatch', 'sqs:ChangeMessageVisibility Work'],
    ['PurgeQueue', 'sqs:PurgeQueue Work'],
  ])('for %s is %s', (action, need) => {
    expect(of('sqs', action, { QueueUrl })).toEqual([need]);
  });

  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
  it('for an execution is asked on the machine to start it, on the execution ever after', () => {
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:Flow';
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:Flow:1';
    expect(of('states', 'StartExecution', { stateMachineArn })).toEqual([
      'states:StartExecution stateMachine:Flow',
    ]);
    expect(of('states', 'StopExecution', { executionArn })).toEqual([
      'states:StopExecution execution:Flow:1',
    ]);
  });

  it('is asked of the queue that is meant, whatever else a request names', () => {
    const both = { QueueUrl, QueueName: 'Other' };
    expect(of('sqs', 'SendMessage', both)).toEqual(['sqs:SendMessage Work']);
    expect(of('sqs', 'GetQueueUrl', both)).toEqual(['sqs:GetQueueUrl Other']);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
  it('for a machine with a role is to pass the role, too', () => {
    const roleArn = 'arn:aws:iam::000000000000:role/machine';
    const input = { name: 'Flow', roleArn };
    expect(needsOf({ service: 'states', action: 'CreateStateMachine', input })).toEqual([
      {
        action: 'states:CreateStateMachine',
        resource: 'arn:aws:states:us-east-1:000000000000:stateMachine:Flow',
      },
      { action: 'iam:PassRole', resource: roleArn },
    ]);
  });

  it('is unknown for an operation that nobody has described', () => {
    expect(of('dynamodb', 'ExecuteStatement', {})).toBeUndefined();
    expect(of('dynamodb', 'constructor', {})).toBeUndefined();
    expect(of('kms', 'Sign', {})).toBeUndefined();
  });
});
