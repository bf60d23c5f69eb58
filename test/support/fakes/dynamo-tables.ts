/**
 * DynamoDB tables in memory that evaluate the conditions they are sent, so that a missing or wrong
 * condition shows as a wrong outcome. Knows the calls of our adapters and of the sandboxes. It
 * honours no ClientRequestToken: conditions have to suffice without it.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Attributes } from '../../../lambdas/adapters/dynamo.ts';
import { type Expression, holds, updated } from './dynamo-expressions.ts';

type Item = Record<string, AttributeValue>;
type WriteInput = {
  readonly TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Item;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
};
type WriteKind = 'Put' | 'Update' | 'Delete';
type Write = { readonly kind: WriteKind; readonly input: WriteInput };
type Input = WriteInput & {
  readonly TransactItems?: readonly Partial<Record<WriteKind, WriteInput>>[];
  readonly RequestItems?: Record<string, { readonly Keys: readonly Item[] }>;
  readonly KeyConditionExpression?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
};

export type FakeTables = {
  /** A client whose calls these tables answer. */
  readonly client: DynamoDBClient;
  /** Answers one call, for mocks of clients made elsewhere. */
  answer(command: string, input: unknown): Promise<unknown>;
  get(table: string, key: string): Attributes | undefined;
  put(table: string, item: Attributes): void;
  items(table: string): readonly Attributes[];
  /** Every call so far, in order. */
  readonly calls: readonly { readonly command: string; readonly input: unknown }[];
  /** The next such call happens, its answer is lost, and the SDK sends it again. */
  repeatNext(command: string): void;
  /** Runs just before the next such call: what somebody else does meanwhile. */
  beforeNext(command: string, interfere: () => void): void;
};

/** `keys` names the key attribute of each table, or its partition key and its sort key. */
export function createFakeTables(
  keys: Readonly<Record<string, string | readonly [string, string]>>,
): FakeTables {
  const tables = new Map(Object.keys(keys).map((name) => [name, new Map<string, Attributes>()]));
  const calls: { command: string; input: unknown }[] = [];
  const repeated: string[] = [];
  const interferences: { command: string; interfere: () => void }[] = [];

  const tableOf = (name: string): Map<string, Attributes> => {
    const table = tables.get(name);
    if (!table) throw new Error(`there is no table ${name}`);
    return table;
  };
  const keyNames = (table: string): readonly string[] => [keys[table] ?? []].flat();
  const keyOf = (table: string, item: Attributes): string =>
    keyNames(table)
      .map((name) => {
        const key = item[name];
        if (typeof key !== 'string') throw new Error(`an item of ${table} needs its ${name}`);
        return key;
      })
      .join('|');
  const storedFor = ({ input }: Write): Attributes | undefined =>
    tableOf(input.TableName).get(keyOf(input.TableName, keyAttributes(input)));

  function apply(write: Write): Attributes | undefined {
    const { kind, input } = write;
    const table = tableOf(input.TableName);
    const key = keyOf(input.TableName, keyAttributes(input));
    const stored = table.get(key);
    if (kind === 'Delete') table.delete(key);
    else table.set(key, kind === 'Put' ? keyAttributes(input) : updateOf(input, stored));
    return stored;
  }

  function transact(writes: readonly Write[]): object {
    const reasons = writes.map((write) => {
      const stored = storedFor(write);
      if (isAllowed(write.input, stored)) return { Code: 'None' };
      return { Code: 'ConditionalCheckFailed', ...allOld(write.input, stored) };
    });
    if (reasons.some(({ Code }) => Code !== 'None'))
      throw new TransactionCanceledException({
        message: 'cancelled',
        CancellationReasons: reasons,
        $metadata: {},
      });
    for (const write of writes) apply(write);
    return {};
  }

  function write(kind: WriteKind, input: WriteInput): object {
    const stored = storedFor({ kind, input });
    if (!isAllowed(input, stored))
      throw new ConditionalCheckFailedException({
        message: 'refused',
        $metadata: {},
        ...allOld(input, stored),
      });
    apply({ kind, input });
    const returned = returnedOf(input, { stored, written: storedFor({ kind, input }) });
    return returned ? { Attributes: toItem(returned) } : {};
  }

  function scan({ TableName, Limit = 100, ExclusiveStartKey }: Input): object {
    const after = ExclusiveStartKey && keyOf(TableName, unmarshall(ExclusiveStartKey));
    const rest = [...tableOf(TableName)].filter(([key]) => after === undefined || key > after);
    const page = rest.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, Limit);
    const last = page.length === Limit ? page.at(-1)?.[1] : undefined;
    const lastKey = last && keyNames(TableName).map((name) => [name, last[name]]);
    return {
      Items: page.map(([, item]) => toItem(item)),
      ...(lastKey && { LastEvaluatedKey: marshall(Object.fromEntries(lastKey)) }),
    };
  }

  /** One partition, in the order of its sort key. */
  function query(input: Input): object {
    const condition = expressionOf(input, input.KeyConditionExpression ?? '');
    const found = [...tableOf(input.TableName)].filter(([, item]) => holds(condition, item));
    return { Items: found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => toItem(item)) };
  }

  function find(table: string, Key: Item): Item[] {
    const item = tableOf(table).get(keyOf(table, unmarshall(Key)));
    return item ? [toItem(item)] : [];
  }

  function once(command: string, input: Input): object {
    switch (command) {
      case 'PutItemCommand':
        return write('Put', input);
      case 'UpdateItemCommand':
        return write('Update', input);
      case 'DeleteItemCommand':
        return write('Delete', input);
      case 'GetItemCommand':
        return { Item: find(input.TableName, input.Key ?? {})[0] };
      case 'BatchGetItemCommand':
        return { Responses: batch(input.RequestItems ?? {}) };
      case 'TransactWriteItemsCommand':
        return transact((input.TransactItems ?? []).flatMap(writesOf));
      case 'QueryCommand':
        return query(input);
      case 'ScanCommand':
        return scan(input);
      default:
        throw new Error(`the fake tables do not know ${command}`);
    }
  }

  const batch = (requests: Record<string, { readonly Keys: readonly Item[] }>) =>
    Object.fromEntries(
      Object.entries(requests).map(([table, { Keys }]) => [
        table,
        Keys.flatMap((Key) => find(table, Key)),
      ]),
    );

  async function answer(command: string, input: unknown): Promise<unknown> {
    calls.push({ command, input });
    const interference = interferences.findIndex((one) => one.command === command);
    if (interference >= 0) interferences.splice(interference, 1)[0]?.interfere();
    const repeat = repeated.indexOf(command);
    if (repeat >= 0) {
      repeated.splice(repeat, 1);
      once(command, input as Input);
    }
    return once(command, input as Input);
  }

  return {
    client: clientOf(answer),
    answer,
    calls,
    get: (table, key) => tableOf(table).get(key),
    put: (table, item) => void tableOf(table).set(keyOf(table, item), item),
    items: (table) => [...tableOf(table).values()],
    repeatNext: (command) => void repeated.push(command),
    beforeNext: (command, interfere) => void interferences.push({ command, interfere }),
  };
}

type Command = { readonly constructor: { readonly name: string }; readonly input: unknown };

/** Making one takes a millisecond, and a property makes thousands. */
const anyClient = new DynamoDBClient({ region: 'eu-central-1' });

/** A client whose calls are answered here. */
export function clientOf(
  answer: (command: string, input: unknown) => Promise<unknown>,
): DynamoDBClient {
  const send = (command: Command) => answer(command.constructor.name, command.input);
  return Object.assign(Object.create(anyClient), { send });
}

const toItem = (attributes: Attributes): Item => marshall(attributes);

const keyAttributes = ({ Item, Key }: WriteInput): Attributes => unmarshall(Item ?? Key ?? {});

const writesOf = (action: Partial<Record<WriteKind, WriteInput>>): Write[] =>
  (['Put', 'Update', 'Delete'] as const).flatMap((kind) => {
    const input = action[kind];
    return input ? [{ kind, input }] : [];
  });

const isAllowed = (input: WriteInput, stored: Attributes | undefined): boolean =>
  input.ConditionExpression === undefined ||
  holds(expressionOf(input, input.ConditionExpression), stored ?? {});

const updateOf = (input: WriteInput, stored: Attributes | undefined): Attributes =>
  updated(expressionOf(input, input.UpdateExpression ?? ''), stored ?? keyAttributes(input));

type Versions = Record<'stored' | 'written', Attributes | undefined>;

function returnedOf({ ReturnValues = 'NONE' }: WriteInput, { stored, written }: Versions) {
  const known = { NONE: undefined, ALL_OLD: stored, ALL_NEW: written };
  if (!(ReturnValues in known)) throw new Error(`the fake tables do not return ${ReturnValues}`);
  return known[ReturnValues as keyof typeof known];
}

const allOld = (input: WriteInput, stored: Attributes | undefined) =>
  input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && stored ? { Item: toItem(stored) } : {};

const expressionOf = (input: WriteInput, text: string): Expression => ({
  text,
  names: input.ExpressionAttributeNames ?? {},
  values: unmarshall(input.ExpressionAttributeValues ?? {}),
});
