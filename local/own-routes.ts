/** What every engine answers under `/_local/`: health, tokens, the meter, and whether it is quiet. */
import type { Usage } from './gateway/meter.ts';
import type { LocalAnswer, LocalRoutes } from './http-api/local-routes.ts';

export interface Inspected {
  token(sub: string, scope: string): Promise<string>;
  usage(): Usage;
  pending(): readonly string[];
}

export function addOwnRoutes(routes: LocalRoutes, engine: Inspected): void {
  routes.add('GET /_local/health', async () => ({ status: 200, body: { status: 'ready' } }));
  routes.add('GET /_local/meter', async () => ({ status: 200, body: engine.usage() }));
  routes.add('GET /_local/quiesced', async () => quiesced(engine.pending()));
  routes.add('POST /_local/token', (body) => issueToken(engine, body));
}

const quiesced = (pending: readonly string[]): LocalAnswer => ({
  status: pending.length === 0 ? 200 : 503,
  body: { quiesced: pending.length === 0, pending },
});

async function issueToken(engine: Inspected, body: unknown): Promise<LocalAnswer> {
  const { sub, scope } = (body ?? {}) as { sub?: unknown; scope?: unknown };
  if (typeof sub !== 'string' || sub === '' || typeof scope !== 'string')
    return {
      status: 400,
      body: { message: 'send {"sub":"alice","scope":"orders"}, both of them strings' },
    };
  const token = await engine.token(sub, scope);
  return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
}
