/**
 * The whole pipeline in virtual time, as its clients, its operators and an adversary meet it; and what
 * must hold once it is quiet. Nothing may meet a refusal of the template's policies on the way.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { gatherFacts, runChecks } from '../../bin/demo/checks.ts';
import { createEngine, type Engine } from '../../local/engine.ts';
import type { Call, Interceptor } from '../../local/gateway/gateway.ts';
import type { EngineResponse } from '../../local/http-api/client.ts';
import { sleep } from '../../local/kernel/kernel.ts';
import type { VirtualKernel } from '../../local/kernel/virtual-kernel.ts';
import type { LogEntry } from '../../local/lambda/function-pool.ts';
import type { DeliveryChaos, InvokeOutcome } from '../../local/lambda/invoker.ts';
import { assemblyDir, readTemplate } from './assembly.ts';
import { type InvokeInterceptor, Meddler } from './meddler.ts';
import { Placements } from './placements.ts';
import type { Ask } from './requests.ts';
import { type OrderRow, type Row, type Truth, truthProblems } from './truth.ts';

export interface PipelineOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Units by SKU; each costs 12.50 dollars. @default 100 mugs */
  readonly stock?: Readonly<Record<string, number>>;
  /** @default the engine's: deliveries repeat and overtake */
  readonly chaos?: DeliveryChaos;
  /** Where everything stays when the engine is killed. @default nowhere */
  readonly dataDir?: string;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
const price = { amount: 1250, currency: 'USD' };

export async function startPipeline(options: PipelineOptions = {}): Promise<Pipeline> {
  const { stock = { mug: 100 } } = options;
  const pipeline = await begin(options);
  await pipeline.supply(stock);
  return pipeline;
}

/**
 * Kills the engine at this very moment; another one goes on with its folder, under the next seed,
 * and with what `meanwhile` leaves of it.
 */
export async function restartPipeline(
  killed: Pipeline,
  { meanwhile, downMs = 1000 }: { meanwhile?: () => void; downMs?: number } = {},
): Promise<Pipeline> {
  const { options } = killed;
  await killed.stop();
  meanwhile?.();
  const startMs = killed.kernel.now() + downMs;
  const next = await begin({ ...options, seed: (options.seed ?? 1) + 1 }, startMs);
  next.takeOver(killed);
  return next;
}

async function begin(options: PipelineOptions, startMs?: number): Promise<Pipeline> {
  const logs: LogEntry[] = [];
  const { seed = 1, chaos, dataDir } = options;
  const engine = await createEngine({
    assembly: assemblyDir,
    kernel: { seed, ...(startMs !== undefined && { startMs }) },
    ...(chaos && { chaos }),
    ...(dataDir && { dataDir }),
    onLog: (entry) => void logs.push(entry),
  });
  return new Pipeline(engine, logs, options);
}

export class Pipeline {
  readonly engine: Engine;
  readonly kernel: VirtualKernel;
  readonly logs: readonly LogEntry[];
  readonly options: PipelineOptions;
  placements = new Placements();
  #stock: Record<string, number> = {};
  readonly #entries: ReadonlyMap<string, string>;
  readonly #meddler: Meddler;

  constructor(engine: Engine, logs: readonly LogEntry[], options: PipelineOptions) {
    if (engine.kernel.mode !== 'virtual') throw new Error('the pipeline runs in virtual time');
    this.engine = engine;
    this.kernel = engine.kernel;
    this.logs = logs;
    this.options = options;
    const { Resources } = readTemplate();
    this.#entries = new Map(
      engine.model.functions.map(({ logicalId, name }) => [
        name,
        String(Resources[logicalId]?.Properties.Description),
      ]),
    );
    this.#meddler = new Meddler(engine, this.#entries);
  }

  /** One request, and its answer. */
  async ask(request: Ask): Promise<EngineResponse> {
    return this.engine.drive(this.send(request));
  }

  /** Requests at once. */
  async askAll(requests: readonly Ask[]): Promise<EngineResponse[]> {
    return this.engine.drive(Promise.all(requests.map((request) => this.send(request))));
  }

  /** Needs someone to drive the engine meanwhile. */
  async send({ as = 'alice', ...request }: Ask): Promise<EngineResponse> {
    const token = await this.engine.token(as, as === 'operator' ? 'operator' : 'orders');
    const answer = await this.engine.request({ token, ...request });
    this.placements.note(as, request, answer);
    return answer;
  }

  /** Places an order, as often as it takes; answers its id. */
  async place(request: Ask): Promise<string> {
    const [id] = await this.placeAll([request]);
    return id as string;
  }

  /** The same for several at once. */
  async placeAll(requests: readonly Ask[]): Promise<string[]> {
    return this.engine.drive(
      Promise.all(requests.map((request) => this.#sendUntilAccepted(request))),
    );
  }

  async #sendUntilAccepted(request: Ask): Promise<string> {
    for (let tries = 0; tries < 20; tries++) {
      const answer = await this.send(request);
      if (answer.status === 202) return (answer.json as { id: string }).id;
      if (answer.status < 500)
        throw new Error(`an order was refused with ${answer.status}: ${answer.text}`);
      await sleep(this.kernel, 1000, 'before the next try');
    }
    throw new Error('an order was never accepted');
  }

  async read(id: string, as = 'alice'): Promise<Row> {
    return (await this.ask({ path: `/orders/${id}`, as })).json as Row;
  }

  /** Until nothing is in flight; the watch over deadlines and reminders may still be ahead. */
  async quiet(): Promise<void> {
    await this.engine.quiesce(2 * hourMs);
  }

  /** Until all watches and reminders have come and found nothing more to do. */
  async settle(rounds = 2): Promise<void> {
    await this.quiet();
    for (let round = 0; round < rounds; round++) {
      await this.kernel.advance(16 * minuteMs);
      await this.quiet();
    }
  }

  /** Puts `fault` around all calls of functions; returns the way to end it. */
  disturb(fault: Interceptor): () => void {
    return this.#meddler.disturb(fault);
  }

  /** Puts `fault` around all invocations; returns the way to end it. */
  disturbInvocations(fault: InvokeInterceptor): () => void {
    return this.#meddler.disturbInvocations(fault);
  }

  /** What the policies of the template did not allow. */
  get forbidden(): readonly string[] {
    return [...this.engine.access.refusals];
  }

  /** The entry that makes a call. */
  entryOf({ caller }: Call): string {
    return this.#entries.get(caller.name) ?? caller.name;
  }

  /** Pauses and resumes what feeds an entry. */
  mapping(entry: string): { pause(): void; resume(): void } {
    const { queueMappings, streamMappings } = this.engine.model;
    const model = [...queueMappings, ...streamMappings].find(
      ({ functionName }) => this.#entries.get(functionName) === entry,
    );
    const mapping = this.engine.mappings.get(model?.logicalId ?? '');
    if (!mapping) throw new Error(`nothing feeds ${entry}`);
    return mapping;
  }

  /** The queue that feeds an entry. */
  queue(entry: string) {
    const { queueMappings, queues } = this.engine.model;
    const mapping = queueMappings.find(
      ({ functionName }) => this.#entries.get(functionName) === entry,
    );
    const queue = queues.find(({ arn }) => arn === mapping?.queueArn);
    if (!queue) throw new Error(`no queue feeds ${entry}`);
    return queue;
  }

  /** Physical name of the table whose logical id begins so. */
  table(name: string): string {
    const table = this.engine.model.tables.find(({ logicalId }) => logicalId.startsWith(name));
    if (!table) throw new Error(`there is no table ${name}`);
    return table.name;
  }

  async rows(table: string): Promise<Row[]> {
    const items = await this.engine.drive(this.engine.items(this.table(table)));
    return items.map((item) => unmarshall(item as Record<string, AttributeValue>));
  }

  async orders(): Promise<OrderRow[]> {
    return (await this.rows('OrdersTable')) as OrderRow[];
  }

  async order(id: string): Promise<OrderRow> {
    const found = (await this.orders()).find((order) => order.id === id);
    if (!found) throw new Error(`there is no order ${id}`);
    return found;
  }

  /** Units that a customer can still order. */
  async available(sku: string): Promise<unknown> {
    return (await this.rows('Stock')).find(({ id }) => id === `sku#${sku}`)?.available;
  }

  /** What the providers know of an order, by kind: payment, shipment, email. */
  async sandbox(kind: string, orderId: string): Promise<Row[]> {
    const rows = await this.rows('Sandbox');
    return rows.filter((row) => row.kind === kind && row.orderId === orderId);
  }

  /** Names of the states that an order's executions entered, one list an execution, oldest first. */
  async states(orderId: string): Promise<string[][]> {
    const executions = await this.engine.executions();
    const own = executions.filter(({ name }) => name.startsWith(orderId));
    return Promise.all(
      own.map(async ({ executionArn }) =>
        (await this.engine.history(executionArn))
          .filter(({ type }) => type.endsWith('StateEntered'))
          .map(({ stateEnteredEventDetails: detail }) => (detail as { name: string }).name),
      ),
    );
  }

  /** A call by nobody in particular, past all policies. */
  async call(service: string, action: string, input: Record<string, unknown>): Promise<Row> {
    const caller = { name: 'test', roleArn: undefined };
    const call = this.engine.gateway.call({ service, action, input, caller });
    return (await this.engine.drive(call)) as Row;
  }

  /** An operator's invocation of a function. */
  async invoke(wanted: string, event: unknown): Promise<InvokeOutcome> {
    const [name = ''] = [...this.#entries].find(([, entry]) => entry === wanted) ?? [];
    return this.engine.drive(this.engine.lambdas.invoke(name, event, 'test'));
  }

  async stopExecution(name: string): Promise<void> {
    const [machine] = this.engine.model.machines;
    const executionArn = `${machine?.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    await this.call('states', 'StopExecution', { executionArn, error: 'Stopped', cause: 'test' });
  }

  /**
   * What does not hold now that the pipeline should be quiet. What matches one of `expected` is right
   * to be so, and one of them that nothing matches is a problem.
   */
  async problems(...expected: readonly RegExp[]): Promise<string[]> {
    const products = Object.entries(this.#stock).map(([sku, stock]) => ({
      sku,
      title: sku,
      price,
      stock,
    }));
    const placements = this.placements.all();
    const facts = await this.engine.drive(gatherFacts(this.engine, { placements, products }));
    const truth = await this.#truth();
    const found = [
      ...runChecks(facts).flatMap(({ problems }) => problems),
      ...truthProblems(truth),
    ];
    const missing = expected.filter((each) => !found.some((problem) => each.test(problem)));
    return [
      ...found.filter((problem) => !expected.some((each) => each.test(problem))),
      ...missing.map((each) => `expected and not found: ${each}`),
    ];
  }

  /** Enters products as an operator would; also more of what there is. */
  async supply(stock: Readonly<Record<string, number>>): Promise<void> {
    await this.askAll(
      Object.keys(stock).map((sku) => ({
        ...{ method: 'PUT', path: `/products/${sku}`, as: 'operator' },
        body: { title: sku, price },
      })),
    );
    const deliveries = Object.entries(stock).filter(([, units]) => units > 0);
    await this.askAll(
      deliveries.map(([sku, delta]) => ({
        ...{ method: 'POST', path: `/products/${sku}/stock-adjustments`, as: 'operator' },
        headers: { 'idempotency-key': `delivery-${sku}` },
        body: { delta, reason: 'delivery' },
      })),
    );
    Object.assign(this.#stock, stock);
  }

  /** What was placed and supplied before a kill counts on. */
  takeOver(killed: Pipeline): void {
    this.placements = killed.placements;
    this.#stock = killed.#stock;
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    if (this.forbidden.length > 0) throw new Error(this.forbidden.join('\n'));
  }

  async #truth(): Promise<Truth> {
    const [orders, payments, shipments] = [
      await this.orders(),
      await this.rows('Payments'),
      await this.rows('Shipments'),
    ];
    return { orders, payments, shipments, sandbox: await this.rows('Sandbox') };
  }
}
