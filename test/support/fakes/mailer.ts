/** A mailer in memory that sends once per key. */
import type { Mail, Mailer } from '../../../lambdas/shell/notification-ports.ts';

export type FakeMailer = Mailer & { readonly sent: ReadonlyMap<string, Mail> };

export function createFakeMailer(keyValidityMs = 86_400_000): FakeMailer {
  const sent = new Map<string, Mail>();
  return {
    sent,
    keyValidityMs,
    async send(mail) {
      if (!sent.has(mail.key)) sent.set(mail.key, mail);
    },
  };
}
