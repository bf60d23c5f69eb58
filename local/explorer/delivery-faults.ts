/** What can happen to the invocation of a function. */
import { sleep } from '../kernel/kernel.ts';
import type { InvokeOutcome } from '../lambda/invoker.ts';
import { day, hour, minute, second } from './durations.ts';
import type { DeliveryFault } from './fault-kind.ts';
import type { Site } from './site.ts';

const isAsync = ({ source }: Site): boolean => source !== 'http';
const isFrom =
  (...sources: readonly string[]) =>
  ({ source }: Site): boolean =>
    sources.includes(source);

const failure = (errorType: string): InvokeOutcome => ({
  ...{ kind: 'error', errorType, errorMessage: 'Lambda could not do it.', trace: [] },
});

/** https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html */
const serviceErrors = [
  ...['ServiceException', 'AWSLambdaException', 'SdkClientException', 'Unknown'],
  'ClientExecutionTimeoutException',
] as const;

const again = (
  id: string,
  title: string,
  afterMs: number,
  appliesTo = isFrom('sqs', 'states'),
): DeliveryFault => ({
  ...{ what: 'delivery', letter: 'D', id, title, appliesTo },
  async strike({ next }, { later }) {
    const outcome = await next();
    later(afterMs, 'late duplicate', () => next());
    return outcome;
  },
});

const late = (id: string, title: string, byMs: number, appliesTo: DeliveryFault['appliesTo']) =>
  ({
    ...{ what: 'delivery', letter: 'R', id, title, appliesTo },
    async strike({ next }, { kernel }) {
      await sleep(kernel, byMs, 'late delivery');
      return next();
    },
  }) as const satisfies DeliveryFault;

const skewed = (id: string, title: string, clockSkewMs: number): DeliveryFault => ({
  ...{ what: 'delivery', letter: 'K', id, title },
  appliesTo: () => true,
  strike: ({ next }) => next({ clockSkewMs }),
});

type Json = Record<string, unknown>;

/** Stays the same at each delivery. */
export const idOf = ({ messageId, eventID }: Json): string => String(messageId ?? eventID);

/** What no sender of ours sends: a message without a meaning, a record without images. */
function poisonFor(record: Json): Json {
  const id = `poison-${idOf(record)}`;
  if (!('dynamodb' in record))
    return { ...record, messageId: id, receiptHandle: id, body: '{"poison":' };
  const { dynamodb } = record as { dynamodb: Json };
  const { NewImage: _new, OldImage: _old, ...rest } = dynamodb;
  return { ...record, eventID: id, dynamodb: rest };
}

export const deliveryFaults: readonly DeliveryFault[] = [
  ...serviceErrors.map(
    (error, at): DeliveryFault => ({
      ...{ what: 'delivery', letter: 'B', id: at === 0 ? 'B' : `B${at}` },
      title: `fails with Lambda.${error} before the function starts`,
      appliesTo: at === 0 ? () => true : isFrom('states'),
      strike: async () => failure(`Lambda.${error}`),
    }),
  ),
  {
    ...{
      what: 'delivery',
      id: 'L',
      letter: 'L',
      title: 'the function does its work, and the answer is lost',
    },
    appliesTo: () => true,
    async strike({ next }) {
      await next();
      return failure('Lambda.SdkClientException');
    },
  },
  {
    ...{ what: 'delivery', id: 'D', letter: 'D', title: 'arrives twice at once' },
    appliesTo: isAsync,
    async strike({ next }) {
      const [first] = await Promise.all([next(), next()]);
      return first;
    },
  },
  again('D2m', 'arrives again after two minutes', 2 * minute),
  again('Ds2m', 'is read again after two minutes', 2 * minute, isFrom('stream')),
  again('D25h', 'arrives again after 25 hours', 25 * hour),
  again('D13d', 'arrives again after 13 days', 13 * day),
  late('R5s', 'arrives five seconds late', 5 * second, isAsync),
  late('R20m', 'arrives 20 minutes late, when others may have taken over', 20 * minute, isAsync),
  {
    ...{ what: 'delivery', id: 'T', letter: 'T' },
    title: 'starts when its caller has given it up',
    appliesTo: isFrom('states'),
    async strike({ invocation, next }, { later, timeoutOf }) {
      later(timeoutOf(invocation.functionName), 'given up', () => next());
      return failure('States.Timeout');
    },
  },
  {
    ...{ what: 'delivery', id: 'H', letter: 'H', title: 'is throttled' },
    appliesTo: () => true,
    strike: async () => ({ kind: 'throttled' }),
  },
  {
    ...{ what: 'delivery', id: 'P', letter: 'P', title: 'has poison in front of it' },
    appliesTo: isFrom('sqs', 'stream'),
    strike({ invocation, next }, { accompany }) {
      const { Records } = invocation.event as { Records: Json[] };
      const [first] = Records;
      if (!first) return next();
      const poison = poisonFor(first);
      accompany(invocation.functionName, idOf(first), poison);
      return next({ event: { Records: [poison, ...Records] } });
    },
  },
  skewed('K', 'finds a clock that is 5 s ahead', 5 * second),
  skewed('Kb', 'finds a clock that is 5 s behind', -5 * second),
];
