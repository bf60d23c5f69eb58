/**
 * The anti-corruption layer of the e-mail provider: its formats, words and errors stop here. Every
 * request is made once and carries a key under which the provider sends once.
 */
import * as z from 'zod/mini';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import type { Mail, Mailer } from '../shell/notification-ports.ts';
import { ask, type ProviderTransport, readAnswer, unexpected } from './provider-transport.ts';

const dayMs = 86_400_000;
const accepted = z.object({
  message: z.object({ id: z.string().check(z.minLength(1)), state: z.enum(['queued', 'sent']) }),
});
const failure = z.object({ reason: z.string().check(z.regex(/^[a-z_]{1,40}$/)) });

export function createMailer(transport: ProviderTransport): Mailer {
  return {
    /** Longer than a message can come back: 14 days in a queue and 14 in its dead letters. */
    keyValidityMs: 30 * dayMs,

    async send(mail) {
      const what = `send ${mail.template} for ${mail.eventId}`;
      const headers = { 'content-type': 'application/json', 'x-message-key': mail.key };
      const answer = await ask(what, () =>
        transport.post('/messages', JSON.stringify(messageOf(mail)), headers),
      );
      const { status, body } = answer;
      if (status === 200 || status === 202) {
        readAnswer(what, accepted, body);
        return;
      }
      if (status === 409 || status === 429 || status >= 500)
        throw new TransientFault(`${what}: ${status}`);
      if (status !== 422) throw unexpected(what, answer);
      throw new PermanentFault(`${what}: refused: ${readAnswer(what, failure, body).reason}`);
    },
  };
}

const messageOf = ({ to, template, orderId, eventId }: Mail) => ({
  recipient: to,
  template_name: template,
  variables: { order_id: orderId },
  tags: { event_id: eventId },
});
