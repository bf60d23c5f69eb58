/** What is mutated: every decision and its orchestration whole, and of the adapters those with a guard. */
import { readdirSync } from 'node:fs';

/**
 * Adapters on which correctness depends, and for what. The others present (HTTP, problems, lists), wire
 * (clients, environment, clock), translate what a provider says, or play a provider (the sandboxes).
 */
const guards = {
  'one write, on condition of what was read': [
    'dynamo-intake',
    'dynamo-order-store',
    'dynamo-fence-row',
    'dynamo-stock-store',
    'dynamo-adjustment-store',
    'dynamo-notification-store',
    'dynamo-view-store',
    'dynamo-parking-lot',
    'rescue-runs',
  ],
  'which outcome is known, which is refused, which is to be tried again': [
    'dynamo',
    'step-functions',
    'saga-step',
  ],
  'the same request is the same: keys, scopes, fingerprints, leases, tokens': [
    'fenced-persistence',
    'idempotent-command',
    'idempotency-key',
    'canonical-json',
    'request-token',
  ],
  'what of a batch comes again, and what is parked': [
    'consume-batch',
    'stream-batch',
    'sqs-publisher',
  ],
};

/** A part of the product, and the tests it is held against. */
export interface Layer {
  readonly name: string;
  readonly files: readonly string[];
  /** A configuration of vitest, in this folder. */
  readonly tests: string;
}

/** Files whose path contains `only`; layers that have none are left out. */
export function layers(only: string): Layer[] {
  const all = [
    { name: 'decisions', files: decisions(), tests: 'decisions.config.ts' },
    { name: 'guards', files: adapters(), tests: 'guards.config.ts' },
  ];
  return all
    .map((layer) => ({ ...layer, files: layer.files.filter((file) => file.includes(only)) }))
    .filter(({ files }) => files.length > 0);
}

const decisions = (): string[] =>
  ['lambdas/domain', 'lambdas/shell'].flatMap((folder) =>
    readdirSync(folder).map((name) => `${folder}/${name}`),
  );

const adapters = (): string[] =>
  Object.values(guards)
    .flat()
    .map((name) => `lambdas/adapters/${name}.ts`);
