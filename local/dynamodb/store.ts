/**
 * The way to the process that stores the items: its connections, its file when it is dynoxide, and
 * which tables are known to be as the template has them. Engines that follow each other may share one.
 */
import type { TableModel } from '../template/model.ts';
import { createDynamoClient, type DynamoConnection } from './client.ts';
import { type DynoxideDatabase, openDatabase } from './database.ts';

export interface StorePlace {
  /** Where DynamoDB answers. */
  readonly endpoint: string;
  /** Its SQLite file, if it is dynoxide that answers there. */
  readonly databasePath?: string | undefined;
}

export interface Store {
  readonly connection: DynamoConnection;
  readonly database: DynoxideDatabase | undefined;
  /** Tables that were made or found here already. */
  readonly known: WeakSet<TableModel>;
  close(): Promise<void>;
}

export function openStore({ endpoint, databasePath }: StorePlace): Store {
  const database = databasePath === undefined ? undefined : openDatabase(databasePath);
  const connection = createDynamoClient(endpoint);
  return {
    ...{ connection, database, known: new WeakSet() },
    async close() {
      database?.close();
      await connection.close();
    },
  };
}
