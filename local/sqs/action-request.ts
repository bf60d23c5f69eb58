/** What every action gets: a request, with its queue and its meter at hand. */
import type { Caller } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Queue } from './queue.ts';
import type { QueueRegistry, RegisteredQueue } from './queue-registry.ts';

export interface ActionRequest {
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly kernel: Kernel;
  readonly queues: QueueRegistry;
  readonly purgedAtMs: WeakMap<Queue, number>;
  /** The queue of `QueueUrl`. */
  queue(): Queue;
  registered(): RegisteredQueue;
  isQueue(arn: string): boolean;
  /** Meters the request; `messages` are those it sent, received or deleted. */
  count(action: string, queue: Queue, messages?: number, bytes?: number): void;
}

export type Action = (request: ActionRequest) => object | Promise<object>;
