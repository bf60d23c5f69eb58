/** What follows the decision, forward only: the capture of the money and the message to the customer. */
import { done, goesOn, type Move, type Rules, type Task } from './move.ts';
import type { State } from './state.ts';

export const capturePayment: Task = {
  start: (s, rules) => {
    switch (s.payment) {
      case 'AUTHORIZED':
        return goesOn('finds it authorised', 'capture');
      case 'CAPTURED':
      case 'PARKED':
        return found(s, rules);
      default:
        return parkMessage(`finds it ${s.payment}`);
    }
  },
  capture: (s, rules) => {
    if (s.intent === 'captured' && rules.has('foundCaptured'))
      return goesOn('finds the money taken', 'save captured');
    if (s.intent !== 'live' || s.isHoldExpired) return goesOn('is refused for good', 'save parked');
    const change = { intent: 'captured' } as const;
    return [{ says: 'takes the money', next: 'at save captured', writes: 'intent', change }];
  },
  'save captured': (s, rules) => saved(s, rules, 'CAPTURED'),
  'save parked': (s, rules) => saved(s, rules, 'PARKED'),
  record: (s, rules) => {
    if (s.order !== 'CONFIRMED') return parkMessage(`finds the order ${s.order}`);
    if (s.payment !== 'CAPTURED' && s.payment !== 'PARKED')
      return parkMessage(`finds it ${s.payment}`);
    if (s.money !== 'none' && rules.has('recordOnce')) return done('finds it told');
    const wrong = s.money === 'none' ? s.wrong : 'the capture is told twice';
    const change = { money: s.payment, wrong };
    return [{ says: `tells that it is ${s.payment}`, next: 'done', writes: 'order', change }];
  },
};

const found = (s: State, rules: Rules): readonly Move[] =>
  rules.has('finishCapture')
    ? goesOn(`finds it ${s.payment}`, 'record')
    : done(`finds it ${s.payment}`);

function saved(s: State, rules: Rules, payment: 'CAPTURED' | 'PARKED'): readonly Move[] {
  if (s.payment === 'CAPTURED' || s.payment === 'PARKED') return found(s, rules);
  if (s.payment !== 'AUTHORIZED') return parkMessage(`finds it ${s.payment}`);
  const change = { payment };
  return [{ says: `writes ${payment}`, next: 'at record', writes: 'payment', change }];
}

export const notifyCustomer: Task = {
  start: (s, rules) => {
    if (!rules.has('claimFirst')) return s.notification === 'SENT' ? isSent(rules) : unclaimed;
    if (s.notification === 'none') return [mark('CLAIMED', 'at send')];
    if (s.notification === 'SENT') return isSent(rules);
    if (s.isMailKeyOld && rules.has('giveUpOldClaim'))
      return parkMessage('cannot know whether it was sent');
    return goesOn('finds the claim', 'send');
  },
  send: (s, rules) => {
    const isKnown = s.mails > 0 && !s.isMailKeyOld && rules.has('mailKey');
    if (isKnown) return goesOn('is told that it was sent', 'mark');
    const change = { mails: s.mails + 1 };
    return [{ says: 'sends it', next: 'at mark', writes: 'mail', change }];
  },
  mark: (s) => (s.notification === 'SENT' ? done('finds it sent') : [mark('SENT', 'done')]),
};

const unclaimed = goesOn('claims nothing', 'send');

const isSent = (rules: Rules): readonly Move[] =>
  rules.has('sentIsDone') ? done('finds it sent') : goesOn('does not look whether', 'send');

const mark = (notification: State['notification'], next: Move['next']): Move => ({
  says: `writes ${notification}`,
  next,
  writes: 'notification',
  change: { notification },
});

/** A fault that no retry cures: the message is parked with its reason, and an alarm goes off. */
const parkMessage = (why: string): readonly Move[] => [
  { says: `${why}, and parks the message`, next: 'gives up' },
];
