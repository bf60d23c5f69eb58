import { describe, expect, it } from 'vitest';
import { createMailer } from '../../../lambdas/adapters/mailer.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import type { Mail } from '../../../lambdas/shell/notification-ports.ts';
import { answer, cannedTransport } from '../../support/canned-transport.ts';
import { sampleOrderId } from '../../support/sample-orders.ts';

const mail: Mail = {
  key: 'source|order:2',
  eventId: 'order:2',
  orderId: sampleOrderId(),
  to: 'customer-1',
  template: 'order-confirmed',
};
const accepted = answer(202, { message: { id: 'm-1', state: 'queued' } });

describe('mailer', () => {
  it('hands the key over with the message', async () => {
    const transport = cannedTransport(accepted);
    await createMailer(transport).send(mail);
    expect(transport.asked[0]?.headers).toEqual({
      'content-type': 'application/json',
      'x-message-key': mail.key,
    });
    expect(JSON.parse(transport.asked[0]?.body ?? '')).toMatchObject({
      recipient: 'customer-1',
      template_name: 'order-confirmed',
    });
  });
  it.each(['queued', 'sent'])('takes a message that is %s for accepted', async (state) => {
    const told = answer(200, { message: { id: 'm-1', state } });
    await expect(createMailer(cannedTransport(told)).send(mail)).resolves.toBeUndefined();
  });
  it('trusts a key for longer than a queue and its dead letters keep a message', () => {
    const twiceFourteenDaysMs = 28 * 86_400_000;
    const { keyValidityMs } = createMailer(cannedTransport());
    expect(keyValidityMs).toBeGreaterThan(twiceFourteenDaysMs);
  });
  it.each([
    ['no answer', new Error('socket hang up'), TransientFault],
    ['a server error', answer(500, ''), TransientFault],
    ['too many requests', answer(429, {}), TransientFault],
    ['a key in use', answer(409, {}), TransientFault],
    ['a refused recipient', answer(422, { reason: 'recipient_missing' }), PermanentFault],
    ['bad credentials', answer(401, {}), PermanentFault],
    ['an unknown state', answer(202, { message: { id: 'm', state: 'lost' } }), PermanentFault],
  ])('throws on %s', async (_name, response, fault) => {
    await expect(createMailer(cannedTransport(response)).send(mail)).rejects.toBeInstanceOf(fault);
  });

  it.each([
    [
      'a refusal by its reason',
      answer(422, { reason: 'recipient_missing' }),
      /: refused: recipient_missing$/,
    ],
    ['what nobody agreed on by its status', answer(401, {}), /: unexpected answer 401 /],
    [
      'a reason that may quote by its field',
      answer(422, { reason: 'no Ada' }),
      /: reason: (?!.*Ada)/,
    ],
    ['so one that ends like a code', answer(422, { reason: 'Ada_missing' }), /: reason: (?!.*Ada)/],
  ])('tells %s', async (_name, response, told) => {
    await expect(createMailer(cannedTransport(response)).send(mail)).rejects.toThrow(told);
  });
});
