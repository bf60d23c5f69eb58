/** A queue with a mapping whose function is a stand-in: it answers what the test says, in its time. */
import type { DeliveryChaos, InvokeOutcome } from '../../../local/lambda/invoker.ts';
import { createQueueMapping } from '../../../local/sqs/queue-mapping.ts';
import type { QueueRecord } from '../../../local/sqs/queue-record.ts';
import type { QueueMappingModel } from '../../../local/template/model.ts';
import { arnOf, kind, queueModel, setUp } from './queues.ts';

export const done: InvokeOutcome = { kind: 'ok', payload: { batchItemFailures: [] } };
export const crash: InvokeOutcome = { kind: 'error', errorType: 'E', errorMessage: 'e', trace: [] };
type Answer = (records: readonly QueueRecord[], call: number) => InvokeOutcome;

export function poll(
  answer: Answer,
  changes: Partial<QueueMappingModel> = {},
  { chaos = kind, takesMs = 0 }: { chaos?: DeliveryChaos; takesMs?: number } = {},
) {
  const redrive = { deadLetterArn: arnOf('Dead'), maxReceiveCount: 3 };
  const queues = [queueModel({ name: 'Jobs', redrive }), queueModel({ name: 'Dead' })];
  const engine = setUp({ queues, consumed: ['Jobs'], chaos });
  const calls: (readonly QueueRecord[])[] = [];
  const load = { now: 0, most: 0 };
  const model: QueueMappingModel = {
    logicalId: 'Mapping',
    functionName: 'work',
    batchSize: 10,
    batchingWindowMs: 0,
    reportsBatchItemFailures: true,
    filters: [],
    queueArn: arnOf('Jobs'),
    maxConcurrency: undefined,
    ...changes,
  };
  const defects: unknown[] = [];
  const mapping = createQueueMapping({
    kernel: engine.kernel,
    model,
    onDefect: (error) => void defects.push(error),
    sqs: engine.sqs,
    invoker: {
      invoke: (_name, event) => {
        const { Records } = event as { Records: readonly QueueRecord[] };
        calls.push(Records);
        load.most = Math.max(load.most, ++load.now);
        const outcome = answer(Records, calls.length);
        return new Promise((resolve) => {
          engine.kernel.after(takesMs, 'work', () => {
            load.now--;
            resolve(outcome);
          });
        });
      },
    },
  });
  const sendAll = (...bodies: string[]) => {
    for (const body of bodies) engine.sqs.send(arnOf('Jobs'), body, 'sender');
  };
  const bodies = () => calls.map((records) => records.map(({ body }) => body));
  return { ...engine, mapping, sendAll, calls, bodies, load, defects };
}
