/** What must hold at the end of a soak, on the engine that has taken over its folder. */
import type { Engine } from '../../local/engine.ts';
import { type CheckResult, gatherFacts, outcomesOf, runChecks } from '../demo/checks.ts';
import type { Operation } from '../explore/world.ts';
import { gatherEvidence, orderIdLength } from './evidence.ts';
import { historyChecks, placementsOf } from './history.ts';
import { judge } from './judge.ts';
import { price } from './shopping.ts';

export interface Known {
  readonly operations: readonly Operation[];
  /** Units that operators were told to be there, by SKU. */
  readonly supplied: Readonly<Record<string, number>>;
}

export interface Ended {
  readonly checks: readonly CheckResult[];
  /** Orders by how they ended. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export async function checkAll(engine: Engine, { operations, supplied }: Known): Promise<Ended> {
  const placements = placementsOf(operations);
  const products = Object.entries(supplied).map(([sku, stock]) => ({
    sku,
    title: sku,
    price,
    stock,
  }));
  const facts = await gatherFacts(engine, { placements, products });
  const executions = unfinished(facts.executions);
  return {
    outcomes: outcomesOf(facts),
    checks: [
      ...runChecks({ ...facts, executions }),
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
