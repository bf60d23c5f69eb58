/** What one order used, as the gateway counted it, and what a million of them would cost. */
import type { Usage as Metered } from '../../local/gateway/meter.ts';
import { costPerMillion, type Priced } from './prices.ts';

export interface Counts {
  readonly sdkCalls: number;
  /** Without the sandbox providers, which stand for somebody else's systems. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly sqsRequests: number;
  /** Messages delivered to functions. */
  readonly messages: number;
  readonly statesEntered: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly logKilobytes: number;
  readonly apiRequests: number;
}

/** Per order; `orders` is how many the metered stretch placed. */
export function countsPerOrder(used: Metered, orders: number): Counts {
  const isOwn = ([name]: [string, unknown]) => !name.includes('Sandbox');
  const tables = Object.entries(used.tables).filter(isOwn);
  const functions = Object.values(used.functions);
  const queues = Object.values(used.queues);
  const per = (total: number) => total / orders;
  const calls = Object.entries(used.requests);
  return {
    sdkCalls: per(sum(calls.map(([, count]) => count))),
    writeUnits: per(sum(tables.map(([, { writeUnits = 0 }]) => writeUnits))),
    readUnits: per(sum(tables.map(([, { readUnits = 0 }]) => readUnits))),
    sqsRequests: per(sum(queues.map(({ billedRequests }) => billedRequests))),
    messages: per(sentMessages(used)),
    statesEntered: per(sum(Object.values(used.transitions))),
    invocations: per(sum(functions.map(({ invocations }) => invocations))),
    gigabyteSeconds: per(sum(functions.map(({ gbSeconds }) => gbSeconds))),
    logKilobytes: per(
      (sum(functions.map(({ logBytes = 0 }) => logBytes)) + used.historyBytes) / 1024,
    ),
    apiRequests: per(sum(Object.values(used.apiRequests))),
  };
}

/** Each message is sent, received and deleted once. */
const sentMessages = (used: Metered): number =>
  sum(Object.values(used.queues).map(({ messages }) => messages)) / 3;

/** Requests of SQS for one message when all three calls carry ten. */
const fullBatch = 10;

export interface CostModel {
  /** US dollars per million orders, in all and by what they are for. */
  readonly asMeasured: { readonly total: number; readonly items: Record<Priced, number> };
  readonly withFullBatches: { readonly total: number; readonly items: Record<Priced, number> };
}

/**
 * `tasks` are invocations by the API and the state machine, which batching does not change;
 * everything else is invoked once for ten messages or records when batches are full.
 */
export function costModel(counts: Counts, tasks: number, storedKilobytes: number): CostModel {
  const batched = (counts.messages + recordsPerOrder) / fullBatch;
  // Step Functions bills the start like a state.
  const transition = counts.statesEntered + 1;
  const same = {
    apiRequest: counts.apiRequests,
    writeUnit: counts.writeUnits,
    readUnit: counts.readUnits,
    transition,
    gigabyteSecond: counts.gigabyteSeconds,
    logKilobyte: counts.logKilobytes,
    storedKilobyte: storedKilobytes,
  };
  return {
    asMeasured: costPerMillion({
      ...same,
      sqsRequest: counts.sqsRequests,
      invocation: counts.invocations,
    }),
    withFullBatches: costPerMillion({
      ...same,
      sqsRequest: (3 * counts.messages) / fullBatch,
      invocation: tasks + batched,
    }),
  };
}

/** Three changes of a confirmed order, each read by relay and projector. */
const recordsPerOrder = 6;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
