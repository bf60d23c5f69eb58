/** The course of `npm start`: synthesize, start, seed, show, serve, and end without leaving anything. */
import { createEngine, type Engine } from '../../local/engine.ts';
import { createGatewayServer, type GatewayServer } from '../../local/gateway/port.ts';
import { ownResponse } from '../../local/http-api/message.ts';
import { type Handle, type HttpServer, listen } from '../../local/http-api/server.ts';
import { showUsage } from '../command/command-line.ts';
import { Ending } from '../command/ending.ts';
import { EngineDied } from '../command/explain.ts';
import { synthesize } from '../command/synthesize.ts';
import { explain } from './explain.ts';
import { expectDynamo } from './foreign-dynamo.ts';
import { liveLine, shortName } from './live-view.ts';
import { meterView } from './meter-view.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { showSampleOrder } from './sample-order.ts';
import { sandboxView, tableOf } from './sandbox-view.ts';
import { isSeeded, noteSeeded, products, seedProducts } from './seed.ts';
import { welcome } from './welcome.ts';

/** Resolves with the exit status once everything has ended. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, process.env);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const ending = new Ending(reportDefect);
  // Nothing works on after an error that nobody caught; what runs beside the process is ended.
  process.on('uncaughtException', (error) => ending.failed.reject(error));
  try {
    await Promise.race([run(parsed.options, ending), ending.failed.promise]);
    await Promise.race([ending.asked, ending.failed.promise]);
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return 0;
    console.error(explain(error, parsed.options));
    return 1;
  } finally {
    await ending.finish();
  }
}

async function run(options: Options, ending: Ending): Promise<void> {
  // The port is taken first: the only thing that is likely to go wrong should do so at once.
  let handle: Handle = async () => ownResponse(503);
  const server = await listen((request) => handle(request), options.port, reportDefect);
  ending.add(() => server.close());
  const api = `http://127.0.0.1:${server.port}`;

  if (options.dynamoEndpoint) await expectDynamo(options.dynamoEndpoint);
  const assembly = options.assembly ?? (await synthesizeAloud(ending.signal));
  const startedMs = performance.now();
  const engine = await createEngine({
    assembly,
    kernel: 'real',
    apiEndpoint: api,
    ...(options.dataDir && { dataDir: options.dataDir }),
    ...(options.dynamoEndpoint && { dynamoEndpoint: options.dynamoEndpoint }),
    onLog: unlessEnding(ending, reportLog),
    onDefect: unlessEnding(ending, reportDefect),
    onDeath: (message) => ending.failed.reject(new EngineDied(message)),
    watchdog: true,
  });
  ending.add(() => engine.stop());
  addLocalRoutes(engine);
  handle = engine.handle;
  say(`Ready after ${Math.round(performance.now() - startedMs)} ms.`);

  const gateway = await openGateway(engine, server);
  ending.add(() => gateway.close());
  if (ending.signal.aborted) return;
  if (!options.isEmpty) await showFirstOrder(engine, options.dataDir);
  say(welcome({ api, gateway: `http://127.0.0.1:${gateway.port}` }));
  watch(engine);
}

/** Unless the data folder has it from an earlier start. */
async function showFirstOrder(engine: Engine, dataDir: string | undefined): Promise<void> {
  if (dataDir && isSeeded(dataDir)) return say(`Goes on with the data in ${dataDir}.`);
  await seedProducts(engine);
  if (dataDir) noteSeeded(dataDir);
  say(`Seeded ${products.length} products: ${products.map(({ sku }) => sku).join(', ')}.\n`);
  say('A first order:');
  for (const line of await showSampleOrder(engine)) say(`  ${line}`);
}

function synthesizeAloud(signal: AbortSignal): Promise<string> {
  say('Synthesizing the stack and bundling its functions …');
  return synthesize(signal);
}

function addLocalRoutes(engine: Engine): void {
  const ordersTable = tableOf(engine, 'OrdersTable');
  const countOrders = async () => (await engine.items(ordersTable)).length;
  // Not waited for: a folder with many orders is no reason to start later.
  const before = countOrders();
  // Whoever asks for the meter hears of it.
  before.catch(() => {});
  engine.localRoutes.add('GET /_local/sandbox', async () => ({
    status: 200,
    body: await sandboxView(engine),
  }));
  engine.localRoutes.add('GET /_local/meter', async () => ({
    status: 200,
    body: meterView(engine.usage(), (await countOrders()) - (await before)),
  }));
}

/** Beside the API if that port is free, else anywhere. */
async function openGateway(engine: Engine, { port }: HttpServer): Promise<GatewayServer> {
  try {
    return await createGatewayServer(engine.gateway, port + 1);
  } catch {
    return createGatewayServer(engine.gateway, 0);
  }
}

/** Live lines are for people; a log file gets only what goes wrong. */
function watch({ kernel }: Engine): void {
  const isWatched = process.stdout.isTTY;
  say(isWatched ? 'What happens is shown below. Ctrl-C ends it.\n' : 'Ctrl-C ends it.');
  if (!isWatched) return;
  kernel.log.listen((note, atMs) => {
    const line = liveLine(note, atMs);
    if (line) say(line);
  });
}

/** What the end itself upsets is no news. */
const unlessEnding =
  <T>({ signal }: Ending, report: (news: T) => void) =>
  (news: T): void => {
    if (!signal.aborted) report(news);
  };

function reportLog(entry: { functionName: string; level: string; line: string }): void {
  const isTrouble = /^(error|warn|fatal)$/i.test(entry.level);
  // A refused order is business, not trouble; the saga's steps say it by an error of this name.
  if (isTrouble && !entry.line.startsWith('Refusal:'))
    console.error(`${shortName(entry.functionName)}: ${entry.line}`);
}

function reportDefect(error: unknown): void {
  console.error('The engine itself has failed:', error);
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
