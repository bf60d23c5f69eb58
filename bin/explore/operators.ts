/**
 * What operators do past the API: stop and start what feeds a function, redrive what has failed,
 * deploy, rescue, and break things to see what comes of it. Calls are made by nobody in particular.
 */
import type { Engine } from '../../local/engine.ts';
import type { ExecutionRecord } from '../../local/execution-records.ts';
import type { InvokeOutcome } from '../../local/lambda/invoker.ts';
import { type Breakdown, Breakdowns, type Broken } from './breakdowns.ts';
import { DeadLetters, operator } from './dead-letters.ts';
import { adjusting } from './requests.ts';
import type { Stage, StageSettings } from './stage.ts';
import { TableEdits } from './table-edits.ts';
import type { Operation } from './world.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
interface KeptBatch {
  readonly requestContext: { readonly functionArn: string };
  /** The event, as JSON. */
  readonly payload: string;
}

const mostTries = 5;
const betweenTriesMs = 10_000;
/** Five deliveries, each hidden for some minutes. */
const diesWithinMs = 90 * 60_000;

export class Operators {
  /** What they write into tables themselves. */
  readonly tables: TableEdits;
  readonly #engine: Engine;
  readonly #entryOf: (functionName: string) => string;
  readonly #breakdowns: Breakdowns;
  readonly #stage: Stage;
  readonly #paused = new Set<string>();
  #supplies = 0;

  constructor({ engine, entryOf }: Pick<StageSettings, 'engine' | 'entryOf'>, stage: Stage) {
    this.#engine = engine;
    this.#entryOf = entryOf;
    this.#breakdowns = new Breakdowns(engine, entryOf);
    this.tables = new TableEdits(engine);
    this.#stage = stage;
  }

  /** What feeds these entries takes nothing more, until it is resumed. */
  pause(...entries: readonly string[]): void {
    for (const entry of entries) {
      this.#mapping(entry).pause();
      this.#paused.add(entry);
    }
  }

  resume(...entries: readonly string[]): void {
    for (const entry of entries) {
      this.#mapping(entry).resume();
      this.#paused.delete(entry);
    }
  }

  /** Breaks an entry until it is mended. */
  break(entry: string, how: Breakdown): Broken {
    return this.#breakdowns.break(entry, how);
  }

  /** Resolves when the entry is invoked next, before any code of it runs. */
  invocationOf(entry: string): Promise<void> {
    return this.#breakdowns.invocationOf(entry);
  }

  /** Ends whatever the story has paused or broken; for the end of a run, however it came. */
  repairAll(): void {
    this.resume(...this.#paused);
    this.#breakdowns.mendAll();
  }

  /** Waits for the first dead letter of an entry's queue; answers whether there is one. */
  awaitDeadLetter(entry: string): Promise<boolean> {
    const letters = this.#deadLetters(entry);
    return this.#stage.until(() => letters.areThere, diesWithinMs);
  }

  /** Sends every dead letter of an entry's queue back to it; answers how many. */
  async redriveDeadLetters(entry: string): Promise<number> {
    return this.#deadLetters(entry).redrive(this.#stage);
  }

  /** Executions that an order has had, oldest first. */
  async executions(orderId: string): Promise<ExecutionRecord[]> {
    return (await this.#engine.executions()).filter(({ name }) => name.startsWith(orderId));
  }

  /** Stops what runs for an order; answers how many that were. */
  async stopExecutions(orderId: string): Promise<number> {
    const running = (await this.executions(orderId)).filter(({ status }) => status === 'RUNNING');
    for (const { executionArn } of running)
      await this.#call('states', 'StopExecution', { executionArn, error: 'Stopped' });
    return running.length;
  }

  /** Redrives what has failed for an order; answers how many that were. */
  async redriveExecutions(orderId: string): Promise<number> {
    const failed = (await this.executions(orderId)).filter(
      ({ status }) => status !== 'RUNNING' && status !== 'SUCCEEDED',
    );
    for (const { executionArn } of failed)
      await this.#call('states', 'RedriveExecution', { executionArn });
    return failed.length;
  }

  /** Hands a stream's reader the batches that were kept when it had failed for too long; answers how many. */
  async redriveBatches(entry: string): Promise<number> {
    const { model, lambdas, s3 } = this.#engine;
    const fn = model.functions.find(({ name }) => this.#entryOf(name) === entry);
    if (!fn) throw new Error(`no function has the entry ${entry}`);
    const kept = model.buckets
      .flatMap(({ name }) => s3.objects(name))
      .map(({ body }) => JSON.parse(body) as KeptBatch)
      .filter(({ requestContext }) => requestContext.functionArn === fn.arn);
    for (const { payload } of kept)
      await this.#persist(() => lambdas.invoke(fn.name, JSON.parse(payload), operator.name));
    return kept.length;
  }

  /** Every function starts anew, as when new code is deployed: what idles is ended, what is at work finishes first. */
  deploy(): void {
    const { model, lambdas } = this.#engine;
    for (const { name } of model.functions) lambdas.recycle(name);
  }

  supply(sku: string, units: number): Promise<Operation> {
    const key = `supply-${++this.#supplies}`;
    return this.#stage.persist(adjusting({ sku, delta: units, key }));
  }

  /** Has every event from then on handed to both readers once more. */
  async rescue(sinceMs: number): Promise<void> {
    const { queueUrl: QueueUrl } = this.#deadLetters('rescue-outbox');
    const MessageBody = JSON.stringify({ since: new Date(sinceMs).toISOString() });
    await this.#call('sqs', 'SendMessage', { QueueUrl, MessageBody });
  }

  #mapping(entry: string): { pause(): void; resume(): void } {
    const { queueMappings, streamMappings } = this.#engine.model;
    const model = [...queueMappings, ...streamMappings].find(
      ({ functionName }) => this.#entryOf(functionName) === entry,
    );
    const mapping = this.#engine.mappings.get(model?.logicalId ?? '');
    if (!mapping) throw new Error(`nothing feeds ${entry}, neither a queue nor a stream`);
    return mapping;
  }

  #deadLetters(entry: string): DeadLetters {
    return new DeadLetters(this.#engine, this.#entryOf, entry);
  }

  /** Invokes again what has failed, wholly or in part. */
  async #persist(invoke: () => Promise<InvokeOutcome>): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      if (isHandled(await invoke())) return;
      await this.#stage.sleep(betweenTriesMs);
    }
    throw new Error(`a batch that was kept has failed again, ${mostTries} times`);
  }

  #call(service: string, action: string, input: Record<string, unknown>): Promise<object> {
    return this.#engine.gateway.call({ service, action, input, caller: operator });
  }
}

function isHandled(outcome: InvokeOutcome): boolean {
  if (outcome.kind !== 'ok') return false;
  const { batchItemFailures = [] } = outcome.payload as { batchItemFailures?: readonly object[] };
  return batchItemFailures.length === 0;
}
