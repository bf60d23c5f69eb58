/** The tables of the template in DynamoDB: created when they are missing, described as on AWS. */
import { AwsError } from '../gateway/service.ts';
import type { TableModel } from '../template/model.ts';
import type { DynamoClient, Output } from './client.ts';

/** Looks this often before it gives up on a table that is being created. */
const mostLooks = 100;

export async function ensureTable(client: DynamoClient, table: TableModel): Promise<void> {
  try {
    await client.send('DynamoDB_20120810.CreateTable', table.createTable);
  } catch (error) {
    const isThere = error instanceof AwsError && error.code === 'ResourceInUseException';
    if (!isThere) throw new Error(`table ${table.name} could not be created`, { cause: error });
  }
  for (let looks = 0; looks < mostLooks; looks++) {
    const { Table } = await client.send('DynamoDB_20120810.DescribeTable', {
      TableName: table.name,
    });
    if ((Table as { TableStatus: string }).TableStatus === 'ACTIVE') return;
  }
  throw new Error(`table ${table.name} was expected to become ACTIVE, and did not`);
}

type Index = { readonly IndexName: string };
type Description = Readonly<Record<string, unknown>> & {
  readonly GlobalSecondaryIndexes?: readonly Index[];
};

/** DescribeTable's answer with the template's ARNs instead of the process's own. */
export function asDeployed(output: Output, table: TableModel, createdMs: number): Output {
  const { GlobalSecondaryIndexes: indexes, ...description } = output.Table as Description;
  return {
    Table: {
      ...description,
      TableArn: table.arn,
      CreationDateTime: Math.floor(createdMs / 1000),
      ...(table.stream && { LatestStreamArn: table.stream.arn }),
      ...(indexes && {
        GlobalSecondaryIndexes: indexes.map((index) => ({
          ...index,
          IndexArn: `${table.arn}/index/${index.IndexName}`,
        })),
      }),
    },
  };
}
