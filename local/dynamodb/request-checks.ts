/**
 * What the store would pass over in silence and DynamoDB refuses, or what nobody here would honour.
 * All other checks are the store's.
 */
import { AwsError } from '../gateway/service.ts';

type Input = Readonly<Record<string, unknown>>;

const checks: Readonly<Record<string, (input: Input) => void>> = {
  TransactWriteItems: checkTransaction,
  TransactGetItems: checkTransaction,
  BatchWriteItem: checkBatch,
  CreateTable: checkCreation,
};

/** Throws what DynamoDB answers, or names what the engine does not do. */
export function checkRequest(action: string, input: Input): void {
  const { ReturnConsumedCapacity: capacity = 'NONE' } = input;
  if (!['INDEXES', 'TOTAL', 'NONE', null].includes(capacity as string | null))
    throw invalid(
      `1 validation error detected: Value '${String(capacity)}' at 'returnConsumedCapacity' failed ` +
        'to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]',
    );
  checks[action]?.(input);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItem.html */
function checkTransaction({ TransactItems }: Input): void {
  for (const part of listOf(TransactItems))
    if (membersOf(part) > 1)
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_WriteRequest.html */
function checkBatch({ RequestItems }: Input): void {
  for (const request of Object.values(isObject(RequestItems) ? RequestItems : {}).flatMap(listOf))
    if (membersOf(request) > 1)
      throw invalid('a WriteRequest can only contain one of PutRequest and DeleteRequest');
}

const creationMembers: ReadonlySet<string> = new Set([
  ...['TableName', 'AttributeDefinitions', 'KeySchema', 'BillingMode', 'ProvisionedThroughput'],
  ...['GlobalSecondaryIndexes', 'LocalSecondaryIndexes', 'StreamSpecification'],
  'DeletionProtectionEnabled',
]);
const viewTypes = ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'];

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
function checkCreation(input: Input): void {
  const unknown = Object.keys(input).find(
    (name) => !creationMembers.has(name) && (input[name] ?? null) !== null,
  );
  if (unknown !== undefined)
    throw invalid(`CreateTable: ${unknown} is not emulated by the local engine; leave it out`);
  const { BillingMode: mode = 'PROVISIONED', ProvisionedThroughput: throughput } = input;
  if (mode === 'PROVISIONED' && !isObject(throughput))
    throw invalid(
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must ' +
        'both be specified when BillingMode is PROVISIONED',
    );
  const { StreamViewType: view } = isObject(input.StreamSpecification)
    ? input.StreamSpecification
    : {};
  if (view !== undefined && !viewTypes.includes(String(view)))
    throw invalid(
      `1 validation error detected: Value '${String(view)}' at 'streamSpecification.streamViewType' ` +
        `failed to satisfy constraint: Member must satisfy enum value set: [${viewTypes.join(', ')}]`,
    );
}

const membersOf = (value: unknown): number =>
  isObject(value) ? Object.values(value).filter((each) => (each ?? null) !== null).length : 0;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isObject = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
