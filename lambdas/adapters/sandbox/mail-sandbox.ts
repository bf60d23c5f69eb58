/** An e-mail provider that takes a key with each message, and sends once per key, for ever. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../shell/ports.ts';
import type { ProviderResponse, ProviderTransport } from '../provider-transport.ts';
import { answering, json, type SandboxTable } from './sandbox-table.ts';

type Sandbox = { readonly table: SandboxTable; readonly clock: Clock };
type Message = {
  readonly recipient?: unknown;
  readonly template_name?: unknown;
  readonly variables?: { readonly order_id?: unknown };
  readonly tags?: { readonly event_id?: unknown };
};

const refused = (status: number, reason: string): ProviderResponse => json(status, { reason });

export function createMailSandbox(sandbox: Sandbox): ProviderTransport {
  return {
    post: (path, body, headers) =>
      answering(
        async () => {
          if (path !== '/messages') return refused(404, 'no_such_page');
          return send(sandbox, JSON.parse(body), headers['x-message-key']);
        },
        refused(429, 'too_many'),
      ),
    get: async () => refused(404, 'no_such_page'),
  };
}

async function send(
  { table, clock }: Sandbox,
  message: Message,
  key: string | undefined,
): Promise<ProviderResponse> {
  const { recipient, template_name: template, variables, tags } = message;
  const orderId = variables?.order_id;
  if (!key) return refused(422, 'key_missing');
  if (typeof recipient !== 'string' || recipient === '') return refused(422, 'recipient_missing');
  if (typeof template !== 'string' || typeof orderId !== 'string')
    return refused(422, 'template_missing');
  const id = createHash('sha256').update(key).digest('hex').slice(0, 24);
  const sent = { orderId, eventId: tags?.event_id, to: recipient, template };
  const found = await table.insert({
    pk: `email#${orderId}`,
    sk: id,
    kind: 'email',
    ...sent,
    sentAt: clock(),
  });
  const isSame = !found || (found.to === recipient && found.template === template);
  return isSame
    ? json(found ? 200 : 202, { message: { id, state: 'queued' } })
    : refused(422, 'key_reused');
}
