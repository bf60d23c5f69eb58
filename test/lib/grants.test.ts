import { describe, expect, it } from 'vitest';
import { readTemplate, resourcesOf } from '../support/assembly.ts';

const template = readTemplate();
const byType = (type: string) => resourcesOf(template, type);

/** Logical id of what an ARN speaks of: all that is not an intrinsic is dropped. */
const subject = (value: unknown): string =>
  /"(?:Ref|Fn::GetAtt)":\[?"([A-Z][A-Za-z0-9]+)"/.exec(
    JSON.stringify(value).replaceAll('"AWS::', '"aws::'),
  )?.[1] ?? JSON.stringify(value);

const functions = byType('AWS::Lambda::Function').filter(([, { Properties }]) =>
  Boolean(Properties.Description && Properties.Role['Fn::GetAtt'] && Properties.LoggingConfig),
);
const holderOf = (roleId: string): string =>
  functions.find(([, { Properties }]) => Properties.Role['Fn::GetAtt'][0] === roleId)?.[1]
    .Properties.Description ?? roleId;

/** Every grant but those on tables and on the own log group: holder → action on subject. */
function otherGrants(): Record<string, string[]> {
  const grants = new Map<string, string[]>();
  for (const [, { Properties }] of byType('AWS::IAM::Policy'))
    for (const { Action, Resource } of Properties.PolicyDocument.Statement)
      for (const action of [Action].flat() as string[])
        for (const resource of [Resource].flat()) {
          const isTable = /^dynamodb:/.test(action) && !/Stream|GetRecords|GetShard/.test(action);
          if (isTable || /^logs:(CreateLogStream|PutLogEvents)$/.test(action)) continue;
          const holder = holderOf(Properties.Roles[0].Ref);
          const name = subject(resource).replace(/[0-9A-F]{8}$/, '');
          grants.set(holder, [...(grants.get(holder) ?? []), `${action} ${name}`]);
        }
  return Object.fromEntries([...grants].map(([holder, all]) => [holder, all.sort()]));
}

const consuming = (queue: string) =>
  ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'].map(
    (action) => `${action} ${queue}`,
  );
const reading = [
  ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'].map(
    (action) => `${action} OrdersTable`,
  ),
  'dynamodb:ListStreams "*"',
  's3:ListBucket OrdersFailuresBucket',
  's3:PutObject OrdersFailuresBucket',
];
const running = [
  'sqs:SendMessage PlaceOrderRecoveryQueue',
  'states:DescribeExecution PlaceOrderMachine',
  'states:StartExecution PlaceOrderMachine',
];
const queues = ['Billing', 'Notification', 'PlaceOrderDeadline', 'PlaceOrderStart'];

const publishing = queues.map((name) => `sqs:SendMessage ${name}Queue`);

describe('rights beyond tables', () => {
  it('are exactly these: readers read the stream, consumers their queue, starters run the machine', () => {
    const { PlaceOrderMachineRole: _role, ...grants } = otherGrants();
    const ofFunctions = Object.entries(grants).filter(([holder]) => !/Role/.test(holder));
    expect(Object.fromEntries(ofFunctions)).toEqual({
      'relay-outbox': [...reading, ...publishing].sort(),
      'project-order': [...reading].sort(),
      'capture-payment': consuming('BillingQueue'),
      'notify-customer': consuming('NotificationQueue'),
      'start-saga': [...consuming('PlaceOrderStartQueue'), ...running].sort(),
      'watch-deadline': [...consuming('PlaceOrderDeadlineQueue'), ...running].sort(),
      'recover-saga': [...consuming('PlaceOrderRecoveryQueue'), ...running].sort(),
      'rescue-outbox': [
        ...consuming('RescueQueue'),
        ...publishing,
        'sqs:SendMessage RescueQueue',
      ].sort(),
    });
  });

  it('let the machine invoke the steps of the saga and nothing else', () => {
    const [, grants = []] =
      Object.entries(otherGrants()).find(([holder]) =>
        holder.startsWith('PlaceOrderMachineRole'),
      ) ?? [];
    const invoked = grants.filter((grant) => grant.startsWith('lambda:'));
    expect(invoked.map((grant) => grant.replace('lambda:InvokeFunction PlaceOrder', ''))).toEqual([
      'AuthorizePayment',
      'BookShipment',
      'CancelShipment',
      'ConfirmOrder',
      'ParkCompensation',
      'RejectOrder',
      'ReleaseStock',
      'ReserveStock',
      'VoidPayment',
    ]);
  });
});
