/** A kept message as it is at a start: SQS is never off, and no clock of AWS goes back. */
import { createMessage, type Message } from './message.ts';
import type { KeptMessage } from './queue-journal.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
const longestDelayMs = 15 * 60_000;

/** What grew too old while the engine was off begins its time anew. */
export function restored(
  { dueMs, ...kept }: KeptMessage,
  retentionMs: number,
  nowMs: number,
): { message: Message; delayMs: number } {
  const isTooOld = nowMs > kept.sentAtMs + retentionMs;
  const message = createMessage({ ...kept, agesFromMs: isTooOld ? nowMs : kept.sentAtMs });
  return { message, delayMs: Math.min(dueMs - nowMs, longestDelayMs) };
}
