/**
 * The text of the AWS-managed policies that templates reference. One that is not here is refused, since
 * what it allows cannot be guessed.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
 */

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const allowing = (...actions: readonly string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

const documents: Readonly<Record<string, object>> = {
  AWSLambdaBasicExecutionRole: allowing(...logs),
  AWSLambdaSQSQueueExecutionRole: allowing(
    ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...logs],
  ),
  AWSLambdaDynamoDBExecutionRole: allowing(
    ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    ...['dynamodb:ListStreams', ...logs],
  ),
};

const prefix = 'arn:aws:iam::aws:policy/service-role/';

export const isAwsManaged = (arn: string): boolean => arn.startsWith('arn:aws:iam::aws:policy/');

/** Nothing for a policy whose text is not known. */
export function managedPolicy(arn: string): object | undefined {
  const name = arn.startsWith(prefix) ? arn.slice(prefix.length) : '';
  return Object.hasOwn(documents, name) ? documents[name] : undefined;
}

export const knownManagedPolicies = Object.keys(documents).map((name) => `${prefix}${name}`);
