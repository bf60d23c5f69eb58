/** AWS::Lambda::EventSourceMapping: from a table's stream or from a queue, told by its source. */
import type {
  FunctionModel,
  QueueMappingModel,
  QueueModel,
  StreamMappingModel,
  TableModel,
} from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

export interface MappingPeers {
  readonly tables: readonly TableModel[];
  readonly queues: readonly QueueModel[];
  readonly functions: readonly FunctionModel[];
}

export type MappingRead =
  | { readonly kind: 'stream'; readonly mapping: StreamMappingModel }
  | { readonly kind: 'queue'; readonly mapping: QueueMappingModel };

/** Nothing when a queue's mapping is disabled: it has no state of its own to keep. */
export function readMapping(resource: Resource, peers: MappingPeers): MappingRead | undefined {
  const properties = resource.properties();
  const isEnabled = properties.flag('Enabled', true);
  properties.ignore('Tags');
  const source = properties.text('EventSourceArn');
  const read = readSource(resource.logicalId, source, properties, peers);
  properties.finish();
  return isEnabled || read.kind === 'stream' ? read : undefined;
}

function readSource(
  logicalId: string,
  source: string,
  properties: Properties,
  peers: MappingPeers,
): MappingRead {
  const called = findFunction(properties, peers.functions);
  const queue = peers.queues.find(({ arn }) => arn === source);
  if (queue) return { kind: 'queue', mapping: queueMapping(logicalId, queue, called, properties) };
  const table = peers.tables.find(({ stream }) => stream?.arn === source);
  if (table)
    return { kind: 'stream', mapping: streamMapping(logicalId, table, called, properties) };
  return properties.fail(`its source ${source} is neither a queue nor a stream of this template`);
}

function streamMapping(
  logicalId: string,
  table: TableModel,
  called: FunctionModel,
  properties: Properties,
): StreamMappingModel {
  const age = 'MaximumRecordAgeInSeconds';
  const ageSeconds = properties.number(age, { min: -1, max: 604_800, otherwise: -1 });
  if (ageSeconds !== -1 && ageSeconds < 60)
    properties.fail(`${age} is ${ageSeconds}, but must be -1 or from 60 to 604800`);
  return {
    ...shared(logicalId, called, properties, { defaultBatch: 100, maxBatch: 10_000 }),
    tableName: table.name,
    streamArn: table.stream?.arn ?? '',
    isEnabled: properties.flag('Enabled', true),
    startingPosition: startingPosition(properties),
    bisectsOnError: properties.flag('BisectBatchOnFunctionError', false),
    maxRetries: properties.number('MaximumRetryAttempts', { min: -1, max: 10_000, otherwise: -1 }),
    maxRecordAgeMs: ageSeconds === -1 ? -1 : 1000 * ageSeconds,
    parallelization: properties.number('ParallelizationFactor', { min: 1, max: 10, otherwise: 1 }),
    failureDestinationArn: properties
      .optionalObject('DestinationConfig')
      ?.optionalObject('OnFailure')
      ?.text('Destination'),
  };
}

function startingPosition(properties: Properties): StreamMappingModel['startingPosition'] {
  const position = properties.text('StartingPosition');
  if (position === 'TRIM_HORIZON' || position === 'LATEST') return position;
  return properties.fail(`StartingPosition is ${position}, but must be TRIM_HORIZON or LATEST`);
}

function queueMapping(
  logicalId: string,
  queue: QueueModel,
  called: FunctionModel,
  properties: Properties,
): QueueMappingModel {
  const mapping = shared(logicalId, called, properties, { defaultBatch: 10, maxBatch: 10_000 });
  if (mapping.batchSize > 10 && mapping.batchingWindowMs < 1000)
    properties.fail(`a BatchSize of ${mapping.batchSize} needs a batching window of at least 1 s`);
  if (queue.visibilityTimeoutMs < called.timeoutMs)
    properties.fail(
      `${queue.logicalId} hides a message for ${queue.visibilityTimeoutMs} ms, less than the ` +
        `timeout of ${called.logicalId}, ${called.timeoutMs} ms; AWS refuses such a mapping`,
    );
  const maxConcurrency = properties
    .optionalObject('ScalingConfig')
    ?.optionalNumber('MaximumConcurrency', { min: 2, max: 1000 });
  return { ...mapping, queueArn: queue.arn, maxConcurrency };
}

function shared(
  logicalId: string,
  called: FunctionModel,
  properties: Properties,
  { defaultBatch, maxBatch }: { defaultBatch: number; maxBatch: number },
) {
  const seconds = properties.number('MaximumBatchingWindowInSeconds', {
    min: 0,
    max: 300,
    otherwise: 0,
  });
  return {
    logicalId,
    functionName: called.name,
    batchSize: properties.number('BatchSize', { min: 1, max: maxBatch, otherwise: defaultBatch }),
    batchingWindowMs: 1000 * seconds,
    reportsBatchItemFailures: reportsFailures(properties),
    filters: filtersOf(properties),
  };
}

function findFunction(properties: Properties, functions: readonly FunctionModel[]): FunctionModel {
  const wanted = properties.text('FunctionName');
  const found = functions.find(({ name, arn }) => name === wanted || arn === wanted);
  return found ?? properties.fail(`its function ${wanted} is not in this template`);
}

function reportsFailures(properties: Properties): boolean {
  const types = properties.texts('FunctionResponseTypes');
  const unknown = types.find((type) => type !== 'ReportBatchItemFailures');
  if (unknown) properties.fail(`FunctionResponseTypes has ${unknown}, which AWS does not know`);
  return types.length > 0;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
const mostFilters = 5;

function filtersOf(properties: Properties): StreamMappingModel['filters'] {
  const filters = properties.optionalObject('FilterCriteria')?.objects('Filters') ?? [];
  if (filters.length > mostFilters)
    properties.fail(
      `it has ${filters.length} filters, and AWS takes ${mostFilters} without a raised quota`,
    );
  return filters.map((filter) => {
    const pattern = filter.text('Pattern');
    try {
      return JSON.parse(pattern) as Record<string, unknown>;
    } catch {
      return properties.fail(`its filter is not JSON: ${pattern}`);
    }
  });
}
