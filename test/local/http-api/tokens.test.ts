import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { createTokenIssuer } from '../../../local/http-api/tokens.ts';
import { type Journal, openJournal } from '../../../local/journal/journal.ts';
import { RealKernel } from '../../../local/kernel/real-kernel.ts';

const request = {
  sub: 'alice',
  scope: 'orders',
  issuer: 'https://issuer.example',
  audience: 'app',
};

it('keeps a token good over a restart of the engine, and shows no key that could sign another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'everonce-tokens-'));
  const withJournal = async <T>(use: (journal: Journal) => Promise<T>): Promise<T> => {
    const journal = openJournal(join(folder, 'engine.sqlite'));
    return use(journal).finally(() => journal.close());
  };
  const issuerOf = (journal: Journal) => createTokenIssuer(new RealKernel(), journal);
  const token = await withJournal((journal) => issuerOf(journal).issue(request));
  const key = await withJournal((journal) => issuerOf(journal).publicKey());
  expect((await jwtVerify(token, key)).payload.sub).toBe('alice');
  expect(key.type).toBe('public');
  rmSync(folder, { recursive: true });
});
