/** What must hold at the end of a soak, on the engine that has taken over its folder. */
import type { Engine } from '../../local/engine.ts';
import { type CheckResult, gatherFacts, nothingLeft, outcomesOf } from '../demo/checks.ts';
import type { Operation } from '../explore/world.ts';
import { gatherEvidence, orderIdLength } from './evidence.ts';
import { historyChecks } from './history.ts';
import { judge } from './judge.ts';

export interface Ended {
  readonly checks: readonly CheckResult[];
  /** Orders by how they ended. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export async function checkAll(engine: Engine, operations: readonly Operation[]): Promise<Ended> {
  const facts = await gatherFacts(engine, { placements: [], products: [] });
  const executions = unfinished(facts.executions);
  return {
    outcomes: outcomesOf(facts),
    checks: [
      {
        name: 'nothing in flight, parked or in a dead-letter queue',
        problems: nothingLeft({ ...facts, executions }),
      },
      { name: 'no reader of a stream has given anything up', problems: givenUp(engine) },
      ...judge(await gatherEvidence(engine, operations)),
      ...historyChecks(operations, facts.orders),
    ],
  };
}

const givenUp = ({ model, s3 }: Engine): string[] =>
  model.buckets.flatMap(({ name }) => s3.objects(name).map(({ key }) => `${name} holds ${key}`));

type Execution = { readonly name: string; readonly status: string };

/** One that failed has left nothing over once another has brought its order to an end. */
function unfinished(executions: readonly Execution[]): Execution[] {
  const orderOf = ({ name }: Execution) => name.slice(0, orderIdLength);
  const ended = new Set(executions.filter(({ status }) => status === 'SUCCEEDED').map(orderOf));
  return executions.filter((each) => !ended.has(orderOf(each)));
}
