/**
 * The tables of the template in DynamoDB: created when they are missing, taken as they are when they
 * agree with the template, described as on AWS.
 */
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../gateway/service.ts';
import type { TableModel } from '../template/model.ts';
import type { DynamoClient, Output } from './client.ts';

/** Looks this often before it gives up on a table that is being created. */
const mostLooks = 100;

/** A table is there already, and is not the template's; the message says what to do. */
export class TableMismatch extends Error {
  override readonly name = 'TableMismatch';
}

export async function ensureTable(client: DynamoClient, table: TableModel): Promise<void> {
  if (!(await describe(client, table))) await create(client, table);
  for (let looks = 0; looks < mostLooks; looks++) {
    const found = await describe(client, table);
    if (found?.TableStatus === 'ACTIVE') return expectAgreement(table, found);
  }
  throw new Error(`table ${table.name} was expected to become ACTIVE, and did not`);
}

async function create(client: DynamoClient, { name, createTable }: TableModel): Promise<void> {
  try {
    await client.send('DynamoDB_20120810.CreateTable', createTable);
  } catch (cause) {
    throw new Error(`table ${name} could not be created: ${String(cause)}`, { cause });
  }
}

async function describe(
  client: DynamoClient,
  { name: TableName }: TableModel,
): Promise<Description | undefined> {
  try {
    const { Table } = await client.send('DynamoDB_20120810.DescribeTable', { TableName });
    return Table as Description;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

type Index = { readonly IndexName: string };
type Description = Readonly<Record<string, unknown>> & {
  readonly TableStatus: string;
  readonly GlobalSecondaryIndexes?: readonly Index[];
};

/** What tells tables apart that hold other items, or the same ones under other keys. */
const telling = [
  ...['KeySchema', 'AttributeDefinitions', 'GlobalSecondaryIndexes', 'LocalSecondaryIndexes'],
  'StreamSpecification',
];
const tellingOfIndex = ['IndexName', 'KeySchema', 'Projection'];

function expectAgreement({ name, createTable }: TableModel, found: Description): void {
  for (const part of telling) {
    const [is, wanted] = [essence(found[part]), essence(createTable[part])];
    if (isDeepStrictEqual(is, wanted)) continue;
    throw new TableMismatch(
      `table ${name} is there already, but not as the template has it: its ${part} is ` +
        `${JSON.stringify(is)}, the template's is ${JSON.stringify(wanted)}. Take another data ` +
        'folder, go back to the template that made the table, or remove it if its items are not needed any more.',
    );
  }
}

/** Without what a description adds, and in an order of its own. */
function essence(part: unknown): unknown {
  if (!Array.isArray(part)) return part ?? [];
  const members = part.map((member) =>
    'IndexName' in member
      ? Object.fromEntries(tellingOfIndex.map((field) => [field, member[field]]))
      : member,
  );
  return members.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ IndexName, AttributeName }: Record<string, unknown>): string =>
  String(IndexName ?? AttributeName);

/** A table's description with AWS's ARNs instead of the process's own. */
export function asDeployed(
  description: Output,
  { arn, stream }: TableModel,
  createdMs: number,
): Output {
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes, ...rest } = description;
  return {
    ...rest,
    TableArn: arn,
    CreationDateTime: Math.floor(createdMs / 1000),
    ...(stream && { LatestStreamArn: stream.arn, LatestStreamLabel: labelOf(stream.arn) }),
    ...withArns({ GlobalSecondaryIndexes, LocalSecondaryIndexes }, arn),
  };
}

const withArns = (kinds: Output, tableArn: string): Output =>
  Object.fromEntries(
    Object.entries(kinds)
      .filter(([, indexes]) => indexes)
      .map(([kind, indexes]) => [
        kind,
        (indexes as Index[]).map((index) => ({
          ...index,
          IndexArn: `${tableArn}/index/${index.IndexName}`,
        })),
      ]),
  );

/** `arn:…:table/<name>/stream/<label>` */
export const labelOf = (streamArn: string): string => streamArn.split('/')[3] ?? '';
