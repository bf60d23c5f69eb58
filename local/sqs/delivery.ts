/** One receive: what it asks for, what it gets, and what it changes about a message. */
import type { Message, MessageState } from './message.ts';

export interface Ask {
  readonly max: number;
  readonly visibilityMs: number;
}

export interface Delivery {
  readonly message: Readonly<Message>;
  readonly receiptHandle: string;
  /** Counted at this delivery; the message's own goes on. */
  readonly receiveCount: number;
}

export const receivedOnce = (message: Message, nowMs: number): MessageState => ({
  receiveCount: message.receiveCount + 1,
  receivesHere: message.receivesHere + 1,
  firstReceivedAtMs: message.firstReceivedAtMs ?? nowMs,
  lastReceivedAtMs: nowMs,
  isRepeated: message.isRepeated,
});
