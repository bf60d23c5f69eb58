/** A stage on the deployed pipeline, without the explorer: nothing is broken but by the story itself. */
import { Stage, type Wire } from '../../../bin/explore/stage.ts';
import type { Operation } from '../../../bin/explore/world.ts';
import { createEngine } from '../../../local/engine.ts';
import type { Call } from '../../../local/gateway/gateway.ts';
import type { LogEntry } from '../../../local/lambda/function-pool.ts';
import type { WarmHost } from '../../../local/warm-host.ts';
import { assemblyDir } from '../../support/assembly.ts';
import { Pipeline } from '../../support/pipeline.ts';

export interface Staged {
  readonly pipeline: Pipeline;
  readonly stage: Stage;
  /** What the stage told of requests, copied each time: at their beginnings and at their ends. */
  readonly told: readonly Operation[];
}

export async function setStage(
  host: WarmHost,
  stock: Readonly<Record<string, number>>,
  wire: Wire = (request, send) => send(request),
): Promise<Staged> {
  const logs: LogEntry[] = [];
  const engine = await createEngine({
    ...{ assembly: assemblyDir, host, kernel: { seed: 1 } },
    chaos: { repeat: 0, overtakeMs: 0, drop: 0 },
    onLog: (entry) => void logs.push(entry),
  });
  const pipeline = new Pipeline(engine, logs, {});
  await pipeline.supply(stock);
  const told: Operation[] = [];
  const stage = new Stage({
    ...{ engine, wire },
    entryOf: (name) => pipeline.entryOf(callBy(name)),
    onOperation: (operation) => {
      told.push({ ...operation });
      note(pipeline, operation);
    },
  });
  return { pipeline, stage, told };
}

const callBy = (name: string): Call => ({
  ...{ service: 'dynamodb', action: 'GetItem', input: {} },
  caller: { name, roleArn: undefined },
});

/** So that the pipeline's own checks know what was placed. */
function note(pipeline: Pipeline, { client, request, ...answer }: Operation): void {
  const { status, headers = {}, text = '', json } = answer;
  if (status !== undefined)
    pipeline.placements.note(client, request, { status, headers, cookies: [], text, json });
}
