/** What is mutated: every decision and its orchestration whole, and of the adapters those with a guard. */
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Adapters on which correctness depends, and for what. The others present (problems, lists), wire
 * (clients, environment, clock), or play a provider (the sandboxes).
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
    'dynamo-wait-budget',
    'rescue-runs',
  ],
  "what is read is there, as it is now, and its reader's own": [
    'batch-get',
    'dynamo-effects-reader',
    'dynamo-order-view',
  ],
  'which outcome is known, which is refused, which is to be tried again': [
    'dynamo',
    'step-functions',
    'saga-step',
    'provider-transport',
    'payment-gateway',
    'carrier-gateway',
    'mailer',
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
  'who asks, and what a log may say of it': ['http'],
};

/** Of files that mostly present or translate: the declarations that guard. Of all others, everything. */
const guarding: Readonly<Record<string, readonly string[]>> = {
  'lambdas/adapters/http.ts': ['logFault', 'principalOf', 'isName'],
  'lambdas/adapters/payment-gateway.ts': [
    ...['readAuthorization', 'capture', 'statusAfter', 'unusableKey', 'isClientError', 'fault'],
  ],
  'lambdas/adapters/carrier-gateway.ts': ['readBooking', 'errorCode', 'fault'],
};

/** As Stryker wants to be told: the file, or its lines from a declaration to the next empty one. */
export function mutatedParts(file: string): string[] {
  const names = guarding[file];
  if (!names) return [file];
  const lines = readFileSync(file, 'utf8').split('\n');
  return names.map((name) => {
    const from = lines.findIndex((line) =>
      new RegExp(`^(async function|function|const) ${name}\\b`).test(line),
    );
    if (from < 0) throw new Error(`${file} declares no ${name} to be mutated`);
    return `${file}:${from + 1}-${lines.indexOf('', from)}`;
  });
}

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
