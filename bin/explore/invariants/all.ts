/** Every invariant that the product so far can have, in the order of the charter. */
import { honestReasons } from './honest-reasons.ts';
import type { Invariant } from './invariant.ts';
import { modelPath } from './model-path.ts';
import { oneOrder } from './v01-one-order.ts';
import { stableAnswer } from './v02-stable-answer.ts';
import { ackDurable } from './v03-ack-durable.ts';
import { outboxAtomic } from './v04-outbox-atomic.ts';
import { delivered } from './v05-delivered.ts';
import { noGhost } from './v06-no-ghost.ts';
import { effectOnce } from './v07-effect-once.ts';
import { versionChain } from './v08-version-chain.ts';
import { stockConserved } from './v09-stock-conserved.ts';
import { moneyBounded } from './v10-money-bounded.ts';
import { moneySettled } from './v11-money-settled.ts';
import { ledgerTruth } from './v12-ledger-truth.ts';
import { sagaAtomic } from './v13-saga-atomic.ts';
import { preciseUndo } from './v14-precise-undo.ts';
import { fence } from './v15-fence.ts';
import { pivot } from './v16-pivot.ts';
import { undoOrder } from './v17-undo-order.ts';
import { cancelLinear } from './v18-cancel-linear.ts';
import { oneDecision } from './v19-one-decision.ts';
import { noStuck } from './v20-no-stuck.ts';
import { boundedWork } from './v21-bounded-work.ts';
import { viewEqualsFold } from './v22-view-equals-fold.ts';
import { counters } from './v23-counters.ts';
import { readYourWrites } from './v25-read-your-writes.ts';
import { affordance } from './v26-affordance.ts';
import { tenant } from './v27-tenant.ts';
import { hygiene } from './v29-hygiene.ts';
import { messageAccount } from './v30-message-account.ts';

export const invariants: readonly Invariant[] = [
  oneOrder,
  stableAnswer,
  ackDurable,
  outboxAtomic,
  delivered,
  noGhost,
  effectOnce,
  versionChain,
  stockConserved,
  moneyBounded,
  moneySettled,
  ledgerTruth,
  sagaAtomic,
  preciseUndo,
  fence,
  pivot,
  undoOrder,
  cancelLinear,
  oneDecision,
  noStuck,
  boundedWork,
  viewEqualsFold,
  counters,
  readYourWrites,
  affordance,
  tenant,
  hygiene,
  messageAccount,
  honestReasons,
  modelPath,
];
