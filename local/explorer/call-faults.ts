/** What can happen to a call that a function makes. */
import { conflict, throttled as throttledItem } from '../dynamodb/faults.ts';
import { type Call, ConnectionLost } from '../gateway/gateway.ts';
import { AwsError } from '../gateway/service.ts';
import { sleep } from '../kernel/kernel.ts';
import { HandlerFault } from '../lambda/handler.ts';
import { day, hour, minute, second } from './durations.ts';
import type { CallFault, Means } from './fault-kind.ts';
import type { Site } from './site.ts';

const reads = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);
const lookUps = new Set(['DescribeExecution', 'ListExecutions']);

/** Something that an answer can be lost of. */
export const isWrite = ({ action }: Pick<Site, 'action'>): boolean =>
  !reads.has(action) && !lookUps.has(action);
const isInSaga = ({ source }: Site): boolean => source === 'states';
/** Somebody invokes the function again, or another one, while it stands still. */
const isTakenOver = ({ source }: Site): boolean => ['states', 'sqs', 'stream'].includes(source);
const singleWrites = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const throttleCodes: Readonly<Record<string, string>> = {
  PutItem: 'ProvisionedThroughputExceededException',
  UpdateItem: 'ProvisionedThroughputExceededException',
  DeleteItem: 'ProvisionedThroughputExceededException',
  TransactWriteItems: 'ThrottlingException',
  SendMessageBatch: 'RequestThrottled',
  SendMessage: 'RequestThrottled',
  StartExecution: 'ThrottlingException',
  DescribeExecution: 'ThrottlingException',
};

const throttled = ({ action }: Call): AwsError =>
  new AwsError(throttleCodes[action] ?? 'ProvisionedThroughputExceededException', 'Slow down.');

/** Of a transaction its first item. */
const isFirst = ({ input }: Call): boolean[] =>
  ((input.TransactItems ?? []) as unknown[]).map((_, at) => at === 0);

/** As many rows, and nothing in them. */
function withoutContents(answer: object): object {
  const { Items, Attributes } = answer as { Items?: object[]; Attributes?: object };
  return {
    ...answer,
    ...(Items && { Items: Items.map(() => ({})) }),
    ...(Attributes && { Attributes: {} }),
  };
}

const exit = () =>
  new HandlerFault('Runtime.ExitError', 'Runtime exited with error: signal: killed');

/** Longer than a function lives: whoever waits for it has given up. */
const pastTimeout = (means: Means, { caller }: Call): number => means.timeoutOf(caller.name) + 2000;

/** A function that stands still after a call has taken effect, and goes on as a zombie. */
const zombie = (
  id: string,
  title: string,
  standsFor: (means: Means, call: Call) => number,
  appliesTo: CallFault['appliesTo'],
): CallFault => ({
  ...{ what: 'call', letter: 'T', id, title, appliesTo },
  async strike({ call, next, environment }, means) {
    try {
      return await next();
    } finally {
      environment.stall(standsFor(means, call));
    }
  },
});

/** A function that stands still before a call, which then takes effect late. */
const lateZombie = (
  id: string,
  title: string,
  standsFor: (means: Means, call: Call) => number,
  appliesTo: CallFault['appliesTo'],
): CallFault => ({
  ...{ what: 'call', letter: 'T', id, title, appliesTo },
  async strike({ call, next, environment }, means) {
    const forMs = standsFor(means, call);
    environment.stall(forMs);
    await sleep(means.kernel, forMs, `late ${call.action}`);
    return next();
  },
});

export const callFaults: readonly CallFault[] = [
  {
    ...{ what: 'call', id: 'B', letter: 'B', title: 'never arrives, and is tried again at once' },
    appliesTo: () => true,
    strike: () => Promise.reject(new ConnectionLost()),
  },
  {
    ...{ what: 'call', id: 'Bx', letter: 'B' },
    title: 'never arrives, nor does anything else of this invocation',
    appliesTo: () => true,
    strike({ environment }, { cutOff }) {
      cutOff(environment);
      return Promise.reject(new ConnectionLost());
    },
  },
  {
    ...{ what: 'call', id: 'Bp', letter: 'B', title: 'one entry of the batch is refused' },
    appliesTo: ({ action }) => action === 'SendMessageBatch',
    async strike({ call, next }) {
      const entries = call.input.Entries as { Id: string }[];
      const refused = entries.splice(0, 1).map(({ Id }) => ({
        ...{ Id, Code: 'InternalError', SenderFault: false, Message: 'refused' },
      }));
      if (entries.length === 0) return { Successful: [], Failed: refused };
      const answer = (await next()) as { Failed?: object[] };
      return { ...answer, Failed: [...(answer.Failed ?? []), ...refused] };
    },
  },
  {
    ...{ what: 'call', id: 'L', letter: 'L' },
    title: 'takes effect, its answer is lost, and it is tried again at once',
    appliesTo: isWrite,
    async strike({ next }) {
      await next().catch(() => undefined);
      throw new ConnectionLost();
    },
  },
  {
    ...{ what: 'call', id: 'Lx', letter: 'L' },
    title: 'takes effect, its answer is lost, and nothing else of this invocation arrives',
    appliesTo: isWrite,
    async strike({ next, environment }, { cutOff }) {
      await next().catch(() => undefined);
      cutOff(environment);
      throw new ConnectionLost();
    },
  },
  {
    ...{ what: 'call', id: 'C', letter: 'C', title: 'its function dies before it' },
    appliesTo: () => true,
    strike({ environment }) {
      environment.crash(exit());
      return Promise.reject(new ConnectionLost());
    },
  },
  {
    ...{ what: 'call', id: 'Cx', letter: 'C', title: 'its function dies after it' },
    appliesTo: isWrite,
    async strike({ next, environment }) {
      try {
        return await next();
      } finally {
        environment.crash(exit());
      }
    },
  },
  {
    ...{ what: 'call', id: 'R5s', letter: 'R' },
    title: 'arrives five seconds late, when its caller has tried it again',
    appliesTo: isWrite,
    async strike({ next }, { later }) {
      later(5000, 'late call', () => next().catch(() => undefined));
      throw new ConnectionLost('ETIMEDOUT', 'no answer');
    },
  },
  zombie(
    'T',
    'its function stands still after it until just past its timeout',
    pastTimeout,
    () => true,
  ),
  lateZombie(
    'Tb',
    'its function stands still before it until just past its timeout',
    pastTimeout,
    isWrite,
  ),
  zombie(
    'T20m',
    'its function stands still after it for 20 minutes',
    () => 20 * minute,
    isTakenOver,
  ),
  lateZombie(
    ...(['Tb5s', 'its function stands still before it for five seconds'] as const),
    () => 5 * second,
    (site) => isInSaga(site) && isWrite(site),
  ),
  lateZombie(
    ...(['Tb20m', 'its function stands still before it for 20 minutes'] as const),
    () => 20 * minute,
    (site) => isTakenOver(site) && isWrite(site),
  ),
  lateZombie(
    ...(['Tb26h', 'its function stands still before it for 26 hours'] as const),
    () => day + 2 * hour,
    (site) => isInSaga(site) && isWrite(site),
  ),
  {
    ...{ what: 'call', id: 'H', letter: 'H', title: 'is throttled once' },
    appliesTo: () => true,
    strike: ({ call }) => Promise.reject(throttled(call)),
  },
  {
    ...{
      what: 'call',
      id: 'Hx',
      letter: 'H',
      title: 'is throttled, and nothing else of this invocation arrives',
    },
    appliesTo: () => true,
    strike({ call, environment }, { cutOff }) {
      cutOff(environment);
      return Promise.reject(throttled(call));
    },
  },
  {
    ...{ what: 'call', id: 'Hc', letter: 'H', title: 'meets another transaction on its items' },
    appliesTo: ({ action, isAtProvider }) =>
      action === 'TransactWriteItems' || (singleWrites.has(action) && !isAtProvider),
    strike: ({ call }) => Promise.reject(conflict(call.action, isFirst(call))),
  },
  {
    ...{ what: 'call', id: 'Ht', letter: 'H', title: 'has an item that is throttled' },
    appliesTo: ({ action }) => action === 'TransactWriteItems',
    strike: ({ call }) =>
      Promise.reject(throttledItem('ThrottlingException', call.action, isFirst(call))),
  },
  {
    ...{
      what: 'call',
      id: 'P',
      letter: 'P',
      title: 'is answered by a provider with less than it owes',
    },
    appliesTo: ({ action, isAtProvider = false }) =>
      isAtProvider && (action === 'Query' || action === 'UpdateItem'),
    changesOnlyAnswer: true,
    strike: async ({ next }) => withoutContents(await next()),
  },
  {
    ...{ what: 'call', id: 'S', letter: 'S', title: 'reads what was before the last writes' },
    appliesTo: ({ action, isAtProvider = false }) =>
      action === 'Query' || (reads.has(action) && isAtProvider),
    changesOnlyAnswer: true,
    strike: async ({ call, next }, { stale }) => stale(call, await next()),
  },
];
