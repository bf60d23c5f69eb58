/**
 * The engine: a cloud assembly brought to life. Loads the template, starts its services on one
 * kernel, and offers what a person, a demo or a test needs to use and to check it. It knows nothing
 * about the app.
 */
import { join } from 'node:path';
import { startDynoxide } from './dynamodb/dynoxide.ts';
import {
  type ExecutionRecord,
  executionHistory,
  executionRecords,
  type HistoryEvent,
} from './execution-records.ts';
import type { Usage } from './gateway/meter.ts';
import {
  type EngineRequest,
  type EngineResponse,
  engineResponseOf,
  httpRequestOf,
} from './http-api/client.ts';
import { HttpApi } from './http-api/http-api.ts';
import { LocalRoutes } from './http-api/local-routes.ts';
import { type HttpRequest, type HttpResponse, ownResponse } from './http-api/message.ts';
import { createTokenIssuer } from './http-api/tokens.ts';
import { mayInvokeFor } from './iam/invocations.ts';
import { watchFiles } from './journal/folder-watch.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import { RealKernel } from './kernel/real-kernel.ts';
import { VirtualKernel } from './kernel/virtual-kernel.ts';
import { startWatchdog } from './kernel/watchdog.ts';
import type { OnLog } from './lambda/function-pool.ts';
import type { DeliveryChaos } from './lambda/invoker.ts';
import { addOwnRoutes } from './own-routes.ts';
import { quiesce } from './quiescence.ts';
import { type Services, startServices } from './services.ts';
import { storageFailure } from './storage-failure.ts';
import { loadAssembly } from './template/load.ts';
import type { ApiModel, Model } from './template/model.ts';
import type { WarmHost } from './warm-host.ts';

export interface EngineOptions {
  /** Folder of the cloud assembly: `cdk.out`. */
  readonly assembly: string;
  /** Real time for people; virtual time under a seed for tests, from `startMs` on. */
  readonly kernel: 'real' | { readonly seed: number; readonly startMs?: number };
  /** @default virtual: 20 % of deliveries repeated, overtaking by up to 2 s; real: none */
  readonly chaos?: DeliveryChaos;
  /** A DynamoDB that already runs, e.g. DynamoDB Local. @default dynoxide, started and stopped here */
  readonly dynamoEndpoint?: string;
  /** Shared with other engines of the same assembly, one at a time, in virtual time. @default its own */
  readonly host?: WarmHost;
  /** Folder in which everything survives the process. @default none: all is gone at the end */
  readonly dataDir?: string;
  /** What `ApiEndpoint` resolves to in the template. @default an address as on AWS */
  readonly apiEndpoint?: string;
  /** Every line that a function logs. */
  readonly onLog?: OnLog;
  /** Told of defects of the engine itself. @default `stop` rejects with all of them */
  readonly onDefect?: (error: unknown) => void;
  /** Told when dynoxide ends by itself, the disk is full or the data are gone: nothing works any more. @default a defect */
  readonly onDeath?: (message: string) => void;
  /** In real time: a function's endless loop ends the process, with its name. @default it hangs */
  readonly watchdog?: boolean;
}

export interface Engine extends Services {
  readonly kernel: RealKernel | VirtualKernel;
  readonly model: Model;
  /** Handlers under `/_local/`; add your own. */
  readonly localRoutes: LocalRoutes;
  /** One request to the HTTP API or to `/_local/`, without a socket. */
  request(request: EngineRequest): Promise<EngineResponse>;
  /** The same for a server: requests as they come from a socket. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** An access token as the template's user pool would issue it. `scope` is space-separated. */
  token(sub: string, scope: string): Promise<string>;
  /** Every item of a table, by physical name, logical id or its beginning; DynamoDB's JSON. */
  items(table: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  executions(): Promise<ExecutionRecord[]>;
  history(executionArn: string): Promise<HistoryEvent[]>;
  usage(): Usage;
  /** What keeps the engine from being quiet, in words. */
  pending(): string[];
  isQuiet(): boolean;
  /** Resolves once nothing is in flight; rejects, naming what is, after `limitMs` of its time. */
  quiesce(limitMs: number): Promise<void>;
  /**
   * Everything above that returns a promise, but `quiesce`, takes virtual time: hand it to `drive`,
   * which makes time pass until it settles. In real time it is the promise itself.
   */
  drive<T>(goal: Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

const kindest: DeliveryChaos = { repeat: 0, overtakeMs: 0 };
const usual: DeliveryChaos = { repeat: 0.2, overtakeMs: 2000, drop: 0.1 };

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { apiEndpoint, dataDir, chaos, onLog, host } = options;
  const model =
    host?.model ?? loadAssembly(options.assembly, { ...(apiEndpoint && { apiEndpoint }) });
  const troubles = new Troubles(options);
  const { onDefect } = troubles;
  const stores = await openStores(options, troubles.onDeath);
  const { journal, dynoxide } = stores;
  const kernel = createKernel(options.kernel);
  const endAll = async (services?: Services) => {
    if (kernel.mode === 'real') kernel.stop();
    await services?.dynamo.close();
    await stores.close();
  };
  try {
    const services = await startServices({
      ...{ kernel, model, journal, onLog, onDefect },
      chaos: chaos ?? (kernel.mode === 'virtual' ? usual : kindest),
      dynamoEndpoint: dynoxide.endpoint,
      databasePath: dynoxide.databasePath,
      store: host?.store,
      warm: host?.environments,
    });
    const isReal = kernel.mode === 'real';
    if (isReal && dataDir) watchFiles(kernel, stores.files, troubles.onDeath);
    const watchdog = isReal && options.watchdog ? startWatchdog(kernel) : undefined;
    const stop = async () => {
      troubles.isStopping = true;
      watchdog?.stop();
      services.lambdas.retire();
      await endAll(services);
      troubles.throwDefects();
    };
    const drive: Engine['drive'] = (goal) =>
      kernel.mode === 'virtual' ? kernel.drive(goal) : goal;
    return assemble({ kernel, model, journal, services, drive, stop });
  } catch (error) {
    troubles.isStopping = true;
    await endAll();
    throw error;
  }
}

/** Who hears of what goes wrong inside. */
class Troubles {
  /** What breaks off because the engine ends is no defect. */
  isStopping = false;
  readonly #options: EngineOptions;
  readonly #defects: unknown[] = [];

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  readonly onDefect = (error: unknown): void => {
    if (this.isStopping) return;
    const { dataDir = 'the folder for temporary files', onDeath, onDefect } = this.#options;
    const full = storageFailure(error, dataDir);
    if (full && onDeath) onDeath(full);
    else if (onDefect) onDefect(error);
    else this.#defects.push(error);
  };

  readonly onDeath = (message: string): void => {
    if (this.#options.onDeath) this.#options.onDeath(message);
    else this.onDefect(new Error(message));
  };

  throwDefects(): void {
    if (this.#defects.length === 0) return;
    const all = this.#defects.join('; ');
    throw new AggregateError(this.#defects, `the engine itself has failed: ${all}`);
  }
}

/** The journal first: its lock keeps a second engine away from the folder. */
async function openStores(
  { dataDir, dynamoEndpoint: endpoint, host }: EngineOptions,
  onDeath: (message: string) => void,
) {
  if (host) return storesOf(host);
  const journalPath = dataDir && join(dataDir, 'engine.sqlite');
  const journal = openJournal(journalPath);
  try {
    const dynoxide = await startDynoxide({
      ...(endpoint && { endpoint }),
      ...(dataDir && { folder: dataDir }),
      onDeath,
    });
    return {
      journal,
      dynoxide,
      files: [journalPath, dynoxide.databasePath].filter((path) => path !== undefined),
      close: async () => {
        await dynoxide.stop();
        journal.close();
      },
    };
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** What the host has, it closes itself. */
function storesOf({ dynoxide, restoreItems }: WarmHost) {
  restoreItems();
  const journal = openJournal(undefined);
  return { journal, dynoxide, files: [], close: async () => journal.close() };
}

type Parts = Pick<Engine, 'kernel' | 'model' | 'drive' | 'stop'> & {
  readonly services: Services;
  readonly journal: Journal;
};

function assemble({ kernel, model, journal, services, drive, stop }: Parts): Engine {
  const { dynamo, states, meter, busy } = services;
  const tokens = createTokenIssuer(kernel, journal);
  const api = onlyApi(model);
  const { lambdas } = services;
  const backlog = () => lambdas.waiting();
  const mayInvoke = api && mayInvokeFor(services.access, api);
  const settings = {
    kernel,
    invoker: lambdas,
    backlog,
    tokens,
    meter,
    ...(mayInvoke && { mayInvoke }),
  };
  const http = api && new HttpApi({ ...settings, api });
  const localRoutes = new LocalRoutes();
  const handle = async (request: HttpRequest): Promise<HttpResponse> =>
    (await localRoutes.handle(request)) ?? (await http?.handle(request)) ?? ownResponse(404);
  const pending = () => busy.flatMap((each) => each.pending());
  const engine: Engine = {
    ...services,
    kernel,
    model,
    localRoutes,
    handle,
    request: async (request) => engineResponseOf(await handle(httpRequestOf(request))),
    token: (sub, scope) => tokens.issue({ sub, scope, ...issuerOf(api) }),
    items: (table) => dynamo.scan(tableName(model, table)),
    executions: () => executionRecords(states, model.machines),
    history: (executionArn) => executionHistory(states, executionArn),
    usage: () => meter.snapshot(),
    pending,
    isQuiet: () => pending().length === 0,
    quiesce: (limitMs) => quiesce(kernel, pending, limitMs),
    drive,
    stop,
  };
  addOwnRoutes(localRoutes, engine);
  return engine;
}

const createKernel = (kernel: EngineOptions['kernel']): RealKernel | VirtualKernel =>
  kernel === 'real' ? new RealKernel() : new VirtualKernel(kernel.seed, kernel.startMs);

function onlyApi({ apis }: Model): ApiModel | undefined {
  if (apis.length > 1)
    throw new Error(`the template has ${apis.length} HTTP APIs, the engine serves one`);
  return apis[0];
}

function issuerOf(api: ApiModel | undefined): { issuer: string; audience: string } {
  const authorizer = api?.routes.find((route) => route.authorizer)?.authorizer;
  const [audience] = authorizer?.audience ?? [];
  if (authorizer && audience) return { issuer: authorizer.issuer, audience };
  throw new Error('no route of the template asks for a token, so there is nobody to issue one');
}

function tableName({ tables }: Model, wanted: string): string {
  const exact = tables.find(({ name, logicalId }) => name === wanted || logicalId === wanted);
  const beginning = tables.filter(({ logicalId }) => logicalId.startsWith(wanted));
  const found = exact ?? (beginning.length === 1 ? beginning[0] : undefined);
  if (found) return found.name;
  const known = tables.map(({ logicalId }) => logicalId).join(', ');
  throw new Error(`${wanted} names none, or several, of the tables ${known}`);
}
