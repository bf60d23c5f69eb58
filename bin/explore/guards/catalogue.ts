/** Every guard of the pipeline that can be taken away. */
import { aggregateGuards } from './catalogue/aggregate.ts';
import { commandGuards } from './catalogue/commands.ts';
import { fenceGuards } from './catalogue/fences.ts';
import { inboxGuards } from './catalogue/inbox.ts';
import { intakeGuards } from './catalogue/intake.ts';
import { outboxGuards } from './catalogue/outbox.ts';
import { providerGuards } from './catalogue/provider.ts';
import { recoveryGuards } from './catalogue/recovery.ts';
import { sagaGuards } from './catalogue/saga.ts';
import { securityGuards } from './catalogue/security.ts';
import { viewGuards } from './catalogue/view.ts';
import type { Guard } from './guard.ts';

export const guards: readonly Guard[] = [
  ...intakeGuards,
  ...commandGuards,
  ...aggregateGuards,
  ...outboxGuards,
  ...inboxGuards,
  ...sagaGuards,
  ...recoveryGuards,
  ...fenceGuards,
  ...providerGuards,
  ...viewGuards,
  ...securityGuards,
];

export function guardOf(id: string): Guard {
  const found = guards.find((guard) => guard.id === id);
  if (found) return found;
  throw new Error(`there is no guard ${id}; there are ${guards.map((each) => each.id).join(', ')}`);
}
