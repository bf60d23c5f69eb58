/**
 * What engines of one process share, one after the other, so that the next one starts at once: the
 * template, the DynamoDB process with its tables, compiled code and idle environments. Each engine
 * begins with the items that were kept, and with nothing else of the one before.
 */
import { type DynoxideDatabase, openDatabase } from './dynamodb/database.ts';
import { type Dynoxide, startDynoxide } from './dynamodb/dynoxide.ts';
import { WarmEnvironments } from './lambda/warm-environments.ts';
import { loadAssembly } from './template/load.ts';
import type { Model } from './template/model.ts';

export interface WarmHost {
  readonly model: Model;
  readonly dynoxide: Dynoxide;
  readonly environments: WarmEnvironments;
  /** The SQLite file, read beside the process. */
  readonly database: DynoxideDatabase;
  /** Every further engine begins with the items there are now. */
  keepItems(): void;
  /** The next engine begins with none. */
  keepNothing(): void;
  /** Before each engine: the items that were kept, none by default. */
  restoreItems(): void;
  close(): Promise<void>;
}

export async function openWarmHost(assembly: string): Promise<WarmHost> {
  const model = loadAssembly(assembly);
  const dynoxide = await startDynoxide();
  const path = dynoxide.databasePath;
  if (path === undefined) throw new Error('a warm host needs the file of its own DynamoDB');
  const database = openDatabase(path);
  let isKept = false;
  return {
    ...{ model, dynoxide, database },
    environments: new WarmEnvironments(),
    keepItems() {
      database.keep();
      isKept = true;
    },
    keepNothing() {
      isKept = false;
    },
    restoreItems: () => (isKept ? database.restore() : database.reset()),
    async close() {
      database.close();
      await dynoxide.stop();
    },
  };
}
