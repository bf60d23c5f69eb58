/**
 * What engines of one process share, one after the other, so that the next one starts at once: the
 * template, the DynamoDB process with its tables, compiled code and idle environments. Each engine
 * begins with the items that were kept, and with nothing else of the one before.
 */
import type { DynoxideDatabase } from './dynamodb/database.ts';
import { type Dynoxide, startDynoxide } from './dynamodb/dynoxide.ts';
import { openStore, type Store } from './dynamodb/store.ts';
import { WarmEnvironments } from './lambda/warm-environments.ts';
import { loadAssembly } from './template/load.ts';
import type { Model } from './template/model.ts';

export interface WarmHost {
  readonly model: Model;
  readonly dynoxide: Dynoxide;
  /** The open way to its tables. */
  readonly store: Store;
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
  const store = openStore(dynoxide);
  const { database } = store;
  if (!database) throw new Error('a warm host needs the file of its own DynamoDB');
  let isKept = false;
  return {
    ...{ model, dynoxide, store, database },
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
      await store.close();
      await dynoxide.stop();
    },
  };
}
