/**
 * Which permissions an API call takes: IAM knows actions on resources, not operations. An operation
 * that is not listed here has no answer, and its caller is refused.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 */
import { streamOf } from '../dynamodb/stream-actions.ts';
import { accountId, region } from '../template/model.ts';

export interface Need {
  readonly action: string;
  readonly resource: string;
}

/** What is looked at of a call of the gateway. */
export interface Operation {
  readonly service: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Input = Operation['input'];
type Needs = (input: Input) => Need[];

/** Nothing for an operation that is not in the table. */
export function needsOf({ service, action, input }: Operation): Need[] | undefined {
  const operations = services[service] ?? {};
  const needs = Object.hasOwn(operations, action) ? operations[action] : undefined;
  return needs?.(input);
}

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A table may be named by its ARN too. */
const tableArn = (name: unknown): string => {
  const text = typeof name === 'string' ? name : '';
  return text.startsWith('arn:') ? text : arn('dynamodb', `table/${text}`);
};

const onTable =
  (action: string): Needs =>
  ({ TableName }) => [{ action: `dynamodb:${action}`, resource: tableArn(TableName) }];

/** Reading an index takes the permission on the index, not on its table. */
const onTableOrIndex =
  (action: string): Needs =>
  ({ TableName, IndexName }) => {
    const index = IndexName === undefined ? '' : `/index/${String(IndexName)}`;
    return [{ action: `dynamodb:${action}`, resource: `${tableArn(TableName)}${index}` }];
  };

const onTablesOfBatch =
  (action: string): Needs =>
  ({ RequestItems }) =>
    Object.keys(isObject(RequestItems) ? RequestItems : {}).map((name) => ({
      action: `dynamodb:${action}`,
      resource: tableArn(name),
    }));

/**
 * A transaction takes the permission of each of its parts.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const partActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

const onPartsOfTransaction: Needs = ({ TransactItems }) =>
  listOf(TransactItems).flatMap((part) =>
    Object.entries(part).map(([kind, body]) => ({
      action: `dynamodb:${partActions[kind] ?? kind}`,
      resource: tableArn(isObject(body) ? body.TableName : undefined),
    })),
  );

const onStream =
  (action: string): Needs =>
  ({ StreamArn }) => [{ action: `dynamodb:${action}`, resource: String(StreamArn) }];

const dynamodb: Readonly<Record<string, Needs>> = {
  ...Object.fromEntries(
    [
      ...['PutItem', 'GetItem', 'UpdateItem', 'DeleteItem', 'DescribeTable'],
      ...['CreateTable', 'DeleteTable', 'UpdateTimeToLive', 'DescribeTimeToLive'],
    ].map((action) => [action, onTable(action)]),
  ),
  Query: onTableOrIndex('Query'),
  Scan: onTableOrIndex('Scan'),
  BatchGetItem: onTablesOfBatch('BatchGetItem'),
  BatchWriteItem: onTablesOfBatch('BatchWriteItem'),
  TransactWriteItems: onPartsOfTransaction,
  TransactGetItems: onPartsOfTransaction,
  ListTables: () => [{ action: 'dynamodb:ListTables', resource: arn('dynamodb', 'table/*') }],
  ListStreams: ({ TableName }) => [
    { action: 'dynamodb:ListStreams', resource: `${tableArn(TableName ?? '*')}/stream/*` },
  ],
  DescribeStream: onStream('DescribeStream'),
  GetShardIterator: onStream('GetShardIterator'),
  GetRecords: ({ ShardIterator }) => [
    { action: 'dynamodb:GetRecords', resource: streamOf(ShardIterator) },
  ],
};

const onQueue =
  (action: string): Needs =>
  ({ QueueUrl }) => {
    const name = String(QueueUrl).split('?')[0]?.split('/').at(-1);
    return [{ action: `sqs:${action}`, resource: arn('sqs', String(name)) }];
  };
const onQueueName =
  (action: string): Needs =>
  ({ QueueName }) => [{ action: `sqs:${action}`, resource: arn('sqs', String(QueueName)) }];

const sqs: Readonly<Record<string, Needs>> = {
  SendMessage: onQueue('SendMessage'),
  SendMessageBatch: onQueue('SendMessage'),
  ReceiveMessage: onQueue('ReceiveMessage'),
  DeleteMessage: onQueue('DeleteMessage'),
  DeleteMessageBatch: onQueue('DeleteMessage'),
  ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
  GetQueueAttributes: onQueue('GetQueueAttributes'),
  GetQueueUrl: onQueueName('GetQueueUrl'),
  PurgeQueue: onQueue('PurgeQueue'),
  CreateQueue: onQueueName('CreateQueue'),
  DeleteQueue: onQueue('DeleteQueue'),
  SetQueueAttributes: onQueue('SetQueueAttributes'),
  ListDeadLetterSourceQueues: onQueue('ListDeadLetterSourceQueues'),
  ListQueues: () => [{ action: 'sqs:ListQueues', resource: arn('sqs', '*') }],
};

const onMachine =
  (action: string): Needs =>
  ({ stateMachineArn }) => [{ action: `states:${action}`, resource: String(stateMachineArn) }];
const onExecution =
  (action: string): Needs =>
  ({ executionArn }) => [{ action: `states:${action}`, resource: String(executionArn) }];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
const passingRole = ({ roleArn }: Input): Need[] =>
  roleArn === undefined ? [] : [{ action: 'iam:PassRole', resource: String(roleArn) }];

const states: Readonly<Record<string, Needs>> = {
  StartExecution: onMachine('StartExecution'),
  ListExecutions: onMachine('ListExecutions'),
  DescribeStateMachine: onMachine('DescribeStateMachine'),
  StopExecution: onExecution('StopExecution'),
  DescribeExecution: onExecution('DescribeExecution'),
  GetExecutionHistory: onExecution('GetExecutionHistory'),
  RedriveExecution: onExecution('RedriveExecution'),
  DescribeStateMachineForExecution: onExecution('DescribeStateMachineForExecution'),
  UpdateStateMachine: (input) => [...onMachine('UpdateStateMachine')(input), ...passingRole(input)],
  DeleteStateMachine: onMachine('DeleteStateMachine'),
  ListStateMachines: () => [{ action: 'states:ListStateMachines', resource: '*' }],
  CreateStateMachine: (input) => [
    {
      action: 'states:CreateStateMachine',
      resource: arn('states', `stateMachine:${String(input.name)}`),
    },
    ...passingRole(input),
  ],
};

const services: Readonly<Record<string, Readonly<Record<string, Needs>>>> = {
  dynamodb,
  sqs,
  states,
};
