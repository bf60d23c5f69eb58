/** Every service of the template, started on one kernel behind one gateway, and joined up. */
import { createDynamoDb, type DynamoDb } from './dynamodb/dynamodb.ts';
import type { Store } from './dynamodb/store.ts';
import { createEventBridge, type EventBridge } from './events/event-bridge.ts';
import { createTargetDelivery } from './events/target-delivery.ts';
import { Gateway } from './gateway/gateway.ts';
import { Meter } from './gateway/meter.ts';
import type { Busy, Service } from './gateway/service.ts';
import { type Access, createAccess } from './iam/access.ts';
import { createIdentify } from './iam/callers.ts';
import { checkDeployment } from './iam/deployment.ts';
import { mayLog, onlyIfAdmitted, underRoles } from './iam/invocations.ts';
import type { Journal } from './journal/journal.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { OnLog } from './lambda/function-pool.ts';
import type { DeliveryChaos } from './lambda/invoker.ts';
import { createLambdaHost, type LambdaHost } from './lambda/lambda-host.ts';
import type { WarmEnvironments } from './lambda/warm-environments.ts';
import { createS3, type S3 } from './s3/s3.ts';
import { createQueueMapping, type QueueMapping } from './sqs/queue-mapping.ts';
import { createSqs, type Sqs } from './sqs/sqs.ts';
import { createStates } from './states/states.ts';
import { dropAbandoned } from './streams/checkpoint.ts';
import { renewUnfinished } from './streams/off-time.ts';
import { createStreamMapping, type StreamMapping } from './streams/stream-mapping.ts';
import type { StreamSource } from './streams/stream-source.ts';
import type { Model } from './template/model.ts';

export interface ServicesOptions {
  readonly kernel: Kernel;
  readonly model: Model;
  readonly chaos: DeliveryChaos;
  /** Where DynamoDB answers. */
  readonly dynamoEndpoint: string;
  /** Its SQLite file, when it is dynoxide's. */
  readonly databasePath: string | undefined;
  /** The open way to it. @default one of its own */
  readonly store?: Store | undefined;
  /** Where services keep what must outlive the process. */
  readonly journal: Journal;
  readonly onLog: OnLog | undefined;
  readonly onDefect: ((error: unknown) => void) | undefined;
  /** What an earlier engine has left of functions. */
  readonly warm?: WarmEnvironments | undefined;
}

export interface Services {
  readonly meter: Meter;
  readonly access: Access;
  readonly gateway: Gateway;
  readonly lambdas: LambdaHost;
  readonly dynamo: DynamoDb;
  readonly sqs: Sqs;
  readonly s3: S3;
  readonly states: Service & Busy;
  readonly events: EventBridge;
  /** By logical id; both kinds can be paused and resumed. */
  readonly mappings: ReadonlyMap<string, StreamMapping | QueueMapping>;
  /** Everything that can have work. */
  readonly busy: readonly Busy[];
}

export async function startServices(options: ServicesOptions): Promise<Services> {
  const { kernel, model, chaos, journal, onLog, onDefect, warm } = options;
  const meter = new Meter();
  const access = startAccess(options);
  const guard = { ...access, identify: createIdentify(model.functions) };
  const gateway = new Gateway({ kernel, meter, guard, ...(onDefect && { onDefect }) });
  const host = createLambdaHost({
    kernel,
    functions: model.functions,
    gateway,
    mayLog: mayLog(access),
    ...(onLog && { onLog }),
    ...(warm && { warm }),
  });
  const lambdas = onLog ? loggingFailures(host, onLog) : host;
  const consumedArns = model.queueMappings.map(({ queueArn }) => queueArn);
  const { queues, buckets } = model;
  const sqs = createSqs({ kernel, queues, chaos, consumedArns, journal, meter });
  const s3 = createS3({ kernel, buckets, journal });
  const reach = createTargetDelivery({ kernel, invoker: lambdas, queues: sqs });
  const deliver = onlyIfAdmitted(access, reach);
  renewUnfinished(kernel, journal.database, model.streamMappings);
  const dynamo = await startDynamo(options, meter);
  await dropAbandoned(journal.database, model.streamMappings, (...place) =>
    dynamo.isReadTo(...place),
  );
  // After all that is awaited: what an earlier run left undelivered starts at once.
  const events = createEventBridge({
    ...{ kernel, rules: model.rules, deliver, chaos, journal },
    ...(onDefect && { onDefect }),
  });
  const states = createStates({
    kernel,
    machines: model.machines,
    invoker: underRoles(access, lambdas),
    journal,
    drop: chaos.drop ?? 0,
    ...(onDefect && { onDefect }),
    // The bus makes the envelope itself.
    publish: ({ 'detail-type': detailType, source, resources, detail }) =>
      events.publish({ source, detailType, resources, detail }),
    meter,
  });
  for (const service of [dynamo, sqs, states]) gateway.register(service);
  const mappings = startMappings(options, { lambdas, dynamo, sqs, s3 });
  const busy = [lambdas, sqs, states, events, ...mappings.values()];
  return { meter, access, gateway, lambdas, dynamo, sqs, s3, states, events, mappings, busy };
}

/** Throws `TemplateError` for what AWS would refuse at deployment. */
function startAccess({ model, kernel, onLog }: ServicesOptions): Access {
  const access = createAccess(model.access, (line) => {
    kernel.trace({ kind: 'iam.refusal', line });
    onLog?.({ functionName: 'IAM', requestId: '', level: 'error', line });
  });
  checkDeployment(model, access);
  return access;
}

/** As Lambda's runtime does, a failed invocation leaves a line in the function's log. */
const loggingFailures = (host: LambdaHost, onLog: OnLog): LambdaHost => ({
  ...host,
  async invoke(functionName, event, source) {
    const outcome = await host.invoke(functionName, event, source);
    if (outcome.kind === 'error') {
      const line = `${outcome.errorType}: ${outcome.errorMessage}`;
      onLog({ functionName, requestId: '', level: 'error', line });
    }
    return outcome;
  },
});

const startDynamo = async (options: ServicesOptions, meter: Meter): Promise<DynamoDb> =>
  createDynamoDb({
    kernel: options.kernel,
    endpoint: options.dynamoEndpoint,
    databasePath: options.databasePath,
    store: options.store,
    tables: options.model.tables,
    meter,
    journal: options.journal,
    onDefect: options.onDefect,
  });

type Joined = Pick<Services, 'lambdas' | 'dynamo' | 'sqs' | 's3'>;

/** Last of all: they begin to read at once. */
function startMappings(
  { kernel, model, chaos, journal, onDefect }: ServicesOptions,
  { lambdas: invoker, dynamo, sqs, s3: failures }: Joined,
): Services['mappings'] {
  const source = streamSource(dynamo);
  const mappings = new Map<string, StreamMapping | QueueMapping>();
  for (const mapping of model.streamMappings)
    mappings.set(
      mapping.logicalId,
      createStreamMapping({
        ...{ kernel, model: mapping, source, invoker, failures, chaos, journal },
        ...(onDefect && { onDefect }),
      }),
    );
  for (const mapping of model.queueMappings)
    mappings.set(
      mapping.logicalId,
      createQueueMapping({ kernel, model: mapping, sqs, invoker, ...(onDefect && { onDefect }) }),
    );
  return mappings;
}

/** DynamoDB's listeners are for life; a mapping's can be taken back. */
const streamSource = (dynamo: DynamoDb): StreamSource => ({
  readStream: (...where) => dynamo.readStream(...where),
  onWrite: (tableName, listener) => {
    let isListening = true;
    dynamo.onWrite(tableName, () => isListening && listener());
    return () => {
      isListening = false;
    };
  },
});
