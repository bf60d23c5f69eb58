/**
 * What a soak leaves behind, as the explorer's invariants read it: the rows as they ended, the changes
 * that the stream of the orders keeps, and what clients were told. It comes in portions, one for each
 * client with all that is about its orders, since most invariants compare everything with everything.
 */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Engine } from '../../local/engine.ts';
import {
  type Change,
  type Operation,
  type QuietWorld,
  type Row,
  type Table,
  tables,
} from '../explore/world.ts';

/** About the orders of one client, or about all of them. */
export interface Portion {
  readonly world: QuietWorld & { readonly operations: Operation[] };
  /** In the order of their beginnings. */
  readonly asked: readonly Operation[];
  /** Of orders, oldest first. */
  readonly changes: readonly Change[];
  /** As they ended, as if written at once. */
  readonly ends: readonly Change[];
}

export interface Evidence {
  readonly whole: Portion;
  /** By client; what is about no order known is nobody's. */
  readonly portions: readonly Portion[];
}

type Keyed = { readonly table: Table; readonly key: string; readonly row: Row };
type Execution = QuietWorld['executions'][number];
interface Known {
  readonly asked: readonly Operation[];
  readonly rows: readonly Keyed[];
  readonly changes: readonly Change[];
  readonly executions: readonly Execution[];
}

/** Of an engine at rest. */
export async function gatherEvidence(
  engine: Engine,
  operations: readonly Operation[],
): Promise<Evidence> {
  const known: Known = {
    asked: operations.map(withJson),
    rows: await readRows(engine),
    changes: await readChanges(engine),
    executions: (await engine.executions()).map(({ name, executionArn: arn, status }) => ({
      ...{ name, arn, status, states: [] },
    })),
  };
  return { whole: portionOf(engine, known), portions: byClient(engine, known) };
}

const withJson = (operation: Operation): Operation =>
  /^[[{]/.test(operation.text ?? '')
    ? { ...operation, json: JSON.parse(operation.text ?? '') as unknown }
    : operation;

async function readRows(engine: Engine): Promise<Keyed[]> {
  const found: Keyed[] = [];
  for (const { name, logicalId, partitionKey, sortKey } of engine.model.tables) {
    const table = tables.find((each) => logicalId.startsWith(each));
    if (!table) continue;
    for (const item of await engine.items(name)) {
      const row = unmarshall(item as never) as Row;
      const key = sortKey ? `${row[partitionKey]}|${row[sortKey]}` : `${row[partitionKey]}`;
      found.push({ table, key, row });
    }
  }
  return found;
}

const readLimit = 1000;

/** Everything of the last 24 hours: over all kills, since the stream outlives them. */
async function readChanges({ dynamo, model }: Engine): Promise<Change[]> {
  const table = model.tables.find(({ logicalId }) => logicalId.startsWith('Orders'));
  if (!table) throw new Error('the template has no table Orders');
  const changes: Change[] = [];
  for (let last: string | undefined; ; ) {
    const records = await dynamo.readStream(table.name, last, readLimit);
    for (const { dynamodb } of records) {
      const [before, after] = [dynamodb.OldImage, dynamodb.NewImage].map(
        (image) => image && (unmarshall(image as never) as Row),
      );
      const key = String((after ?? before)?.id);
      changes.push({ table: 'Orders', key, before, after, by: 'the stream' });
    }
    last = records.at(-1)?.dynamodb.SequenceNumber;
    if (last === undefined || records.length < readLimit) return changes;
  }
}

function byClient(engine: Engine, { asked, rows, changes, executions }: Known): Portion[] {
  const owners = new Map(
    rows.filter(({ table }) => table === 'Orders').map(({ key, row }) => [key, `${row.customer}`]),
  );
  const ownerOf = (orderId: string) => owners.get(orderId) ?? nobody;
  const parts = {
    asked: Map.groupBy(asked, ({ client }) => client),
    rows: Map.groupBy(rows, (keyed) => clientOf(keyed, ownerOf)),
    changes: Map.groupBy(changes, ({ key }) => ownerOf(key)),
    executions: Map.groupBy(executions, ({ name }) => ownerOf(name.slice(0, orderIdLength))),
  };
  parts.rows.delete(undefined);
  const clients = new Set(Object.values(parts).flatMap((part) => [...part.keys()]));
  return [...clients].map((client) =>
    portionOf(engine, {
      asked: parts.asked.get(client ?? nobody) ?? [],
      rows: parts.rows.get(client) ?? [],
      changes: parts.changes.get(client ?? nobody) ?? [],
      executions: parts.executions.get(client ?? nobody) ?? [],
    }),
  );
}

const nobody = 'nobody';
/** An id is a SHA-256 in base64url, and the name of an execution begins with it. */
export const orderIdLength = 43;

/** Undefined for what is about no single order. */
function clientOf(
  { table, key, row }: Keyed,
  ownerOf: (orderId: string) => string,
): string | undefined {
  if (table === 'Orders') return ownerOf(key);
  if (key.startsWith('adjustment#')) return 'operator';
  if (key.startsWith('order#')) return ownerOf(key.slice('order#'.length));
  return typeof row.orderId === 'string' ? ownerOf(row.orderId) : undefined;
}

function portionOf(engine: Engine, { asked, rows, changes, executions }: Known): Portion {
  const byTable = new Map(
    tables.map((table) => {
      const own = rows.filter((keyed) => keyed.table === table);
      return [table, new Map(own.map(({ key, row }) => [key, row]))] as const;
    }),
  );
  const nowMs = engine.kernel.now();
  const world = {
    ...{ happenings: [], operations: [], mayPark: false, executions },
    // Requests get doubled on their way: clients have not sent all that have come.
    faults: [{ site: 'client/any', kind: 'D', atMs: nowMs }],
    // What waits for a person is a problem of its own, and excuses nothing here.
    ...{ deadLetters: {}, failureObjects: [], pending: engine.pending() },
    now: () => nowMs,
    rows: (table: Table) => [...(byTable.get(table)?.values() ?? [])],
    row: (table: Table, key: string) => byTable.get(table)?.get(key),
  };
  const ends = rows.map(({ table, key, row }) => ({
    ...{ table, key, before: undefined, after: row, by: 'the soak' },
  }));
  return { world, asked, changes, ends };
}
