/**
 * Which queues there are: those of the template, and those that clients have created, which live in
 * the journal. What a queue does is not its business.
 */
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeliveryChaos } from '../lambda/invoker.ts';
import type { QueueModel } from '../template/model.ts';
import { queueDoesNotExist } from './errors.ts';
import { Queue } from './queue.ts';
import type { QueueJournal } from './queue-journal.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
const nameBlockedMs = 60_000;

export interface RegisteredQueue {
  readonly queue: Queue;
  readonly isOfTemplate: boolean;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export interface QueueRegistryOptions {
  readonly kernel: Kernel;
  /** The template's. */
  readonly models: readonly QueueModel[];
  readonly chaos: DeliveryChaos;
  readonly journal: QueueJournal;
}

export class QueueRegistry {
  readonly #options: QueueRegistryOptions;
  readonly #byName = new Map<string, RegisteredQueue>();
  readonly #byArn = new Map<string, Queue>();
  readonly #deletedAtMs = new Map<string, number>();

  /** With everything that the journal has; refuses to start where that would lose messages. */
  constructor(options: QueueRegistryOptions) {
    const { models, journal } = options;
    this.#options = options;
    for (const model of models) checkModel(model, models);
    journal.endDeliveries();
    const kept = new Map(journal.queues().map((each) => [each.name, each]));
    for (const model of models) {
      this.#open(model, { ...kept.get(model.name), isOfTemplate: true });
      kept.delete(model.name);
    }
    for (const each of kept.values())
      if (each.model) this.#open(each.model, { ...each, isOfTemplate: false });
      else this.#forgetRemoved(each.name);
  }

  all(): readonly RegisteredQueue[] {
    return [...this.#byName.values()];
  }

  /** Throws what SQS answers for a queue it does not have. */
  named(name: unknown): RegisteredQueue {
    const found = typeof name === 'string' ? this.#byName.get(name) : undefined;
    if (found) return found;
    throw queueDoesNotExist();
  }

  find(name: string): RegisteredQueue | undefined {
    return this.#byName.get(name);
  }

  withArn(arn: string): Queue | undefined {
    return this.#byArn.get(arn);
  }

  create(model: QueueModel): RegisteredQueue {
    const { kernel } = this.#options;
    const deletedAtMs = this.#deletedAtMs.get(model.name);
    if (deletedAtMs !== undefined && kernel.now() < deletedAtMs + nameBlockedMs)
      throw new AwsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the ' +
          `same name, and ${model.name} was deleted ${kernel.now() - deletedAtMs} ms ago.`,
      );
    this.#deletedAtMs.delete(model.name);
    return this.#open(model, { isOfTemplate: false });
  }

  change({ queue, ...registered }: RegisteredQueue, model: QueueModel): void {
    const { kernel, journal } = this.#options;
    const changed = { ...registered, modifiedAtMs: kernel.now() };
    journal.keepQueue({ ...changed, name: model.name, model });
    queue.model = model;
    this.#byName.set(model.name, { ...changed, queue });
  }

  delete({ queue }: RegisteredQueue): void {
    const { kernel, journal } = this.#options;
    const { name, arn } = queue.model;
    journal.removeQueue(name);
    this.#byName.delete(name);
    this.#byArn.delete(arn);
    queue.close();
    for (const [past, atMs] of this.#deletedAtMs)
      if (kernel.now() >= atMs + nameBlockedMs) this.#deletedAtMs.delete(past);
    this.#deletedAtMs.set(name, kernel.now());
  }

  #open(
    model: QueueModel,
    past: Partial<RegisteredQueue> & Pick<RegisteredQueue, 'isOfTemplate'>,
  ): RegisteredQueue {
    const { kernel, chaos, journal } = this.#options;
    const { isOfTemplate, createdAtMs = kernel.now(), modifiedAtMs = kernel.now() } = past;
    const { name } = model;
    journal.keepQueue({
      name,
      createdAtMs,
      modifiedAtMs,
      model: isOfTemplate ? undefined : model,
    });
    const findQueue = (arn: string) => this.#byArn.get(arn);
    const queue = new Queue({ kernel, model, chaos, journal, findQueue });
    const registered = { queue, isOfTemplate, createdAtMs, modifiedAtMs };
    this.#byName.set(name, registered);
    this.#byArn.set(model.arn, queue);
    return registered;
  }

  /** A queue that the template had once. */
  #forgetRemoved(name: string): void {
    const { kernel, journal } = this.#options;
    const count = journal.messageCount(name);
    if (count > 0)
      throw new Error(
        `the template no longer has the queue ${name}, of which the data folder still holds ` +
          `${count} messages: put the queue back and let it run empty, or take another data folder`,
      );
    journal.removeQueue(name);
    kernel.trace({ kind: 'sqs.drop', queue: name });
  }
}

function checkModel({ name, redrive }: QueueModel, models: readonly QueueModel[]): void {
  if (name.endsWith('.fifo'))
    throw new Error(`the queue ${name} is a FIFO queue; this engine has standard ones only`);
  const deadLetterArn = redrive?.deadLetterArn;
  if (deadLetterArn && !models.some(({ arn }) => arn === deadLetterArn))
    throw new Error(`${name} redrives to ${deadLetterArn}, which is no queue here`);
}
