/** What clients do with tables as a whole: create, describe, list, delete, and set a time to live. */
import { AwsError } from '../gateway/service.ts';
import type { DynamoClient, Output } from './client.ts';
import type { Expiry } from './expiry.ts';
import type { Table, TableRegistry } from './table-registry.ts';
import { asDeployed } from './tables.ts';

type Input = Record<string, unknown>;
export type Actions = Readonly<Record<string, (input: Input) => Promise<Output> | Output>>;

const api = 'DynamoDB_20120810.';
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html */
const mostListed = 100;

export interface TableActionsSettings {
  readonly client: DynamoClient;
  readonly tables: TableRegistry;
  /** None behind a DynamoDB that somebody else runs. */
  readonly expiry: Expiry | undefined;
}

export function tableActions({ client, tables, expiry }: TableActionsSettings): Actions {
  const named = (input: Input): Table => tables.find(String(input.TableName));
  /** Clients may do what they like with their own tables, not with those of the running stack. */
  const changeable = (input: Input, action: string): Table => {
    const table = named(input);
    if (!table.isDeployed) return table;
    throw new AwsError(
      'ValidationException',
      `${action}: table ${table.model.name} belongs to the stack that runs here; change the stack instead`,
    );
  };
  const described = (output: Output, member: string, { model, createdMs }: Table): Output => ({
    [member]: asDeployed(output[member] as Output, model, createdMs),
  });
  return {
    async CreateTable(input) {
      let created: Output = {};
      const table = await tables.create(String(input.TableName), async () => {
        created = await client.send(`${api}CreateTable`, input);
        return created;
      });
      return described(created, 'TableDescription', table);
    },

    async DescribeTable(input) {
      const table = named(input);
      return described(await client.send(`${api}DescribeTable`, input), 'Table', table);
    },

    async DeleteTable(input) {
      const table = changeable(input, 'DeleteTable');
      const output = await client.send(`${api}DeleteTable`, input);
      expiry?.forget(table.model.name);
      tables.remove(table.model.name);
      return described(output, 'TableDescription', table);
    },

    ListTables({ ExclusiveStartTableName: after = '', Limit: limit = mostListed }) {
      if (!(Number(limit) >= 1 && Number(limit) <= mostListed)) throw invalidLimit(limit);
      const names = tables.all().map(({ model }) => model.name);
      const rest = names.filter((name) => name > String(after)).sort();
      const TableNames = rest.slice(0, Number(limit));
      const isMore = TableNames.length < rest.length;
      return { TableNames, ...(isMore && { LastEvaluatedTableName: TableNames.at(-1) }) };
    },

    DescribeTimeToLive(input) {
      const { ttlAttribute: AttributeName } = named(input).model;
      const description =
        AttributeName === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName };
      return { TimeToLiveDescription: description };
    },

    async UpdateTimeToLive(input) {
      const { model } = changeable(input, 'UpdateTimeToLive');
      const output = await client.send(`${api}UpdateTimeToLive`, input);
      const { Enabled, AttributeName } = input.TimeToLiveSpecification as Record<string, unknown>;
      const changed = { ...model, ttlAttribute: Enabled ? String(AttributeName) : undefined };
      tables.change(changed);
      expiry?.watch(changed);
      return output;
    },
  };
}

const invalidLimit = (limit: unknown): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${String(limit)}' at 'limit' failed to satisfy constraint: Member must have value between 1 and ${mostListed}`,
  );
