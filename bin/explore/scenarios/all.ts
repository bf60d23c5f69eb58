/** Every scenario there is, in the order in which a campaign runs them. */
import { brokenRecoveries } from './broken-recoveries.ts';
import { cancellations } from './cancellations.ts';
import { changedBody } from './changed-body.ts';
import { deadLetters } from './dead-letters.ts';
import { declined } from './declined.ts';
import { deployMidSaga } from './deploy-mid-saga.ts';
import { duplicatePosts } from './duplicate-posts.ts';
import { erasedOrder } from './erased-order.ts';
import { erringProvider } from './erring-provider.ts';
import { failingReaders } from './failing-readers.ts';
import { failingSteps } from './failing-steps.ts';
import { garbledAnswers } from './garbled-answers.ts';
import { lastUnit } from './last-unit.ts';
import { longRescue } from './long-rescue.ts';
import { oneOrder } from './one-order.ts';
import { outOfStock } from './out-of-stock.ts';
import { products } from './products.ts';
import { readers } from './readers.ts';
import { redrivenExecutions } from './redriven-executions.ts';
import { sameKeyTwoCustomers } from './same-key-two-customers.ts';
import type { Scenario } from './scenario.ts';
import { seldomAnswers } from './seldom-answers.ts';
import { standstill } from './standstill.ts';
import { stockAdjustments } from './stock-adjustments.ts';
import { streamOutage } from './stream-outage.ts';
import { undeliverable } from './undeliverable.ts';
import { unknownProduct } from './unknown-product.ts';

export const scenarios: readonly Scenario[] = [
  oneOrder,
  declined,
  undeliverable,
  outOfStock,
  duplicatePosts,
  changedBody,
  unknownProduct,
  sameKeyTwoCustomers,
  lastUnit,
  products,
  ...stockAdjustments,
  readers,
  ...cancellations,
  ...erringProvider,
  ...failingSteps,
  ...failingReaders,
  deployMidSaga,
  ...deadLetters,
  ...redrivenExecutions,
  standstill,
  ...brokenRecoveries,
  garbledAnswers,
  ...seldomAnswers,
  longRescue,
  erasedOrder,
  streamOutage,
];

/** Throws for a name that no scenario has. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((each) => each.name === name);
  if (found) return found;
  const known = scenarios.map((each) => each.name).join(', ');
  throw new Error(`there is no scenario ${name}; there are ${known}`);
}
