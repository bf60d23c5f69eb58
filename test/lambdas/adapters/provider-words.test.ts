/** The words of a provider stand in its anti-corruption layer and its sandbox, and nowhere else. */
import { globSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../../lambdas');
const files = globSync('**/*.ts', { cwd: root });
const filesWith = (words: RegExp): string[] =>
  files
    .filter((file) => words.test(readFileSync(resolve(root, file), 'utf8')))
    .map((file) => relative('.', file))
    .filter((file) => !file.startsWith('adapters/sandbox/'))
    .sort();

describe('provider words', () => {
  it.each([
    [
      'adapters/payment-gateway.ts',
      /payment_intent|requires_capture|requires_payment_method|card_error|decline_code|idempotency_error|resource_missing|order_id\]|stripe/i,
    ],
    [
      'adapters/carrier-gateway.ts',
      /consignment|\bBKD\b|\bCXL\b|\bPUP\b|ADDR_UNSERVICEABLE|tracking_no|'oz'/,
    ],
    ['adapters/mailer.ts', /template_name|x-message-key|recipient/],
  ])('stop at %s', (owner, words) => {
    expect(filesWith(words)).toEqual([owner]);
  });
});
