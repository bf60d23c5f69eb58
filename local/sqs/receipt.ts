/** Receipt handles: opaque to clients, they name one delivery of one message of one queue. */
import { invalidReceiptHandle } from './errors.ts';

export interface Receipt {
  readonly queueName: string;
  readonly messageId: string;
  readonly receiveCount: number;
}

export const writeReceipt = ({ queueName, messageId, receiveCount }: Receipt): string =>
  Buffer.from(`${queueName} ${messageId} ${receiveCount}`).toString('base64');

export function readReceipt(handle: unknown, queueName: string): Receipt {
  if (typeof handle !== 'string') throw invalidReceiptHandle(handle);
  const text = Buffer.from(handle, 'base64').toString();
  const [name, messageId, receiveCount] = text.split(' ');
  if (name !== queueName || !messageId || !/^\d+$/.test(receiveCount ?? '')) {
    throw invalidReceiptHandle(handle);
  }
  return { queueName, messageId, receiveCount: Number(receiveCount) };
}
