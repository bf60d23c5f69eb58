/**
 * An operator's redrive of dead letters, as any client of SQS can do it: received, sent to the queue
 * they came from, deleted. Each becomes a new message with an id of its own.
 */
import type { Engine } from '../../local/engine.ts';
import type { QueueModel } from '../../local/template/model.ts';

interface Letter {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly MessageAttributes?: object;
}

interface Way {
  readonly from: QueueModel;
  readonly to: QueueModel;
}

interface Pauses {
  sleep(durationMs: number): Promise<void>;
}

/** Dead letters are few; whoever finds more after so many looks stops. */
const mostLooks = 40;
const betweenLooksMs = 5_000;
export const operator = { name: 'operator', roleArn: undefined };

export class DeadLetters {
  readonly #engine: Engine;
  readonly #way: Way;

  /** Those of the queue that feeds `entry`. */
  constructor(engine: Engine, entryOf: (functionName: string) => string, entry: string) {
    this.#engine = engine;
    const { queueMappings, queues } = engine.model;
    const mapping = queueMappings.find(({ functionName }) => entryOf(functionName) === entry);
    const to = queues.find(({ arn }) => arn === mapping?.queueArn);
    const from = queues.find(({ arn }) => arn === to?.redrive?.deadLetterArn);
    if (!from || !to) throw new Error(`no queue with dead letters feeds ${entry}`);
    this.#way = { from, to };
  }

  /** The queue that they come from. */
  get queueUrl(): string {
    return this.#way.to.url;
  }

  get areThere(): boolean {
    const { visible, inFlight } = this.#engine.sqs.queue(this.#way.from.arn).depth();
    return visible + inFlight > 0;
  }

  /** Until there are none left; answers how many there were. */
  async redrive(pauses: Pauses): Promise<number> {
    let count = 0;
    for (let looks = 0; looks < mostLooks && this.areThere; looks++) {
      const letters = await this.#receive();
      for (const letter of letters) await this.#move(letter);
      count += letters.length;
      if (letters.length === 0) await pauses.sleep(betweenLooksMs);
    }
    if (this.areThere)
      throw new Error(`${this.#way.from.logicalId} still has letters after ${mostLooks} looks`);
    return count;
  }

  async #receive(): Promise<readonly Letter[]> {
    const answer = await this.#call('ReceiveMessage', {
      ...{ QueueUrl: this.#way.from.url, MaxNumberOfMessages: 10 },
      MessageAttributeNames: ['All'],
    });
    return (answer as { Messages?: readonly Letter[] }).Messages ?? [];
  }

  async #move({ Body: MessageBody, MessageAttributes, ReceiptHandle }: Letter): Promise<void> {
    const { from, to } = this.#way;
    const attributes = MessageAttributes && { MessageAttributes };
    await this.#call('SendMessage', { QueueUrl: to.url, MessageBody, ...attributes });
    await this.#call('DeleteMessage', { QueueUrl: from.url, ReceiptHandle });
  }

  #call(action: string, input: Record<string, unknown>): Promise<object> {
    return this.#engine.gateway.call({ service: 'sqs', action, input, caller: operator });
  }
}
