/**
 * Runs functions as Lambda does: environments warm and cold, at most so many at a time, timeouts
 * that do not stop the code. What calls functions, and what it does with errors, is not its business.
 */
import type { Gateway } from '../gateway/gateway.ts';
import { AwsError, type Busy } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { accountConcurrency } from '../template/functions.ts';
import type { FunctionModel } from '../template/model.ts';
import { FunctionPool, type MayLog, type OnLog } from './function-pool.ts';
import type { InvokeOutcome, Invoker } from './invoker.ts';
import { WarmEnvironments } from './warm-environments.ts';

export interface LambdaHostSettings {
  readonly kernel: Kernel;
  readonly functions: readonly FunctionModel[];
  /** Gets every call the functions make; its meter counts invocations and log bytes. */
  readonly gateway: Gateway;
  readonly onLog?: OnLog;
  /** Whether a function's role may write its log. @default allowed */
  readonly mayLog?: MayLog;
  /** @default nothing is warm */
  readonly warm?: WarmEnvironments;
}

export interface Invocation {
  readonly functionName: string;
  readonly event: unknown;
  /** Names the caller. */
  readonly source: string;
}

/** What an interceptor may change of an invocation. */
export interface Twist {
  readonly event?: unknown;
  /** How far the function's clock is ahead of the right one meanwhile, in ms. */
  readonly clockSkewMs?: number;
}

/** Sees every invocation on the way there and back. It may delay, fail, repeat or change it. */
export type InvocationInterceptor = (
  invocation: Invocation,
  next: (twist?: Twist) => Promise<InvokeOutcome>,
) => Promise<InvokeOutcome>;

export interface LambdaHost extends Invoker, Busy {
  /** Invocations that wait for an environment: where AWS would scale out, this machine cannot. */
  waiting(): number;
  /** Ends every environment of a function: the next invocation is a cold start. */
  recycle(functionName: string): void;
  /** Adds an interceptor around those already there, which see what it has changed. */
  intercept(interceptor: InvocationInterceptor): void;
  /** Nothing is invoked any more: environments that are as good as new go to the next engine. */
  retire(): void;
}

export function createLambdaHost({
  kernel,
  functions,
  gateway,
  onLog,
  mayLog,
  warm = new WarmEnvironments(),
}: LambdaHostSettings): LambdaHost {
  const pools = new Map<string, FunctionPool>();
  const hasRoomFor = limitConcurrency(functions, (name) => pools.get(name)?.concurrency ?? 0);
  for (const fn of functions) {
    const hasRoom = () => hasRoomFor(fn);
    pools.set(fn.name, new FunctionPool({ kernel, fn, gateway, onLog, mayLog, warm, hasRoom }));
  }

  const poolOf = (name: string): FunctionPool => {
    const pool = pools.get(name);
    if (pool) return pool;
    const known = [...pools.keys()].join(', ');
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: ${name}; there are ${known}, without versions and aliases`,
      { status: 404 },
    );
  };

  let chain: (invocation: Invocation, twist: Twist) => Promise<InvokeOutcome> = async (
    { functionName, event, source },
    twist,
  ) => poolOf(functionName).invoke('event' in twist ? twist.event : event, source, twist);

  return {
    invoke: (functionName, event, source) => chain({ functionName, event, source }, {}),
    intercept(interceptor) {
      const inner = chain;
      chain = (invocation, outer) => {
        const seen = 'event' in outer ? { ...invocation, event: outer.event } : invocation;
        return interceptor(seen, (twist) => inner(seen, { ...outer, ...twist }));
      };
    },
    retire() {
      for (const pool of pools.values()) pool.retire();
    },
    recycle: (functionName) => poolOf(functionName).recycle(),
    waiting: () => [...pools.values()].reduce((sum, pool) => sum + pool.waiting, 0),
    pending: () => [...pools.values()].flatMap((pool) => pool.pending()),
  };
}

/**
 * A function with reserved concurrency has that and no more; all others share the rest of the
 * account's. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
function limitConcurrency(
  functions: readonly FunctionModel[],
  concurrencyOf: (name: string) => number,
): (fn: FunctionModel) => boolean {
  const sharing = functions.filter(({ reservedConcurrency }) => reservedConcurrency === undefined);
  const reserved = functions.reduce((sum, fn) => sum + (fn.reservedConcurrency ?? 0), 0);
  return ({ name, reservedConcurrency }) => {
    if (reservedConcurrency !== undefined) return concurrencyOf(name) < reservedConcurrency;
    const shared = sharing.reduce((sum, fn) => sum + concurrencyOf(fn.name), 0);
    return shared < accountConcurrency - reserved;
  };
}
