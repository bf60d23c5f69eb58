/**
 * The payment fence and its provider, who honours keys: the first answer again, for a day. A key may
 * also be broken: it answers by an error for ever, whether something was made or not.
 */
import { done, goesOn, type Move, type Rules, refused, type Task } from './move.ts';
import { readOrder } from './order.ts';
import type { Intent, Payment, State } from './state.ts';
import { outOfOrder } from './stock.ts';

export const authorizePayment: Task = {
  start: readOrder('fence'),
  fence: (s, rules) => {
    const settled = asRow(s, rules);
    if (settled) return settled;
    if (s.payment === 'TRIED') return goesOn('finds its try', 'create');
    if (!rules.has('payTriedFirst')) return goesOn('stores no try', 'create');
    return [write('TRIED', 'at create')];
  },
  create: (s, rules) => {
    const isNew = s.intent === 'none' && !s.isKeyBroken;
    if (isNew || !rules.has('payKey')) return created(s, 'save');
    if (!s.isKeyBroken) return goesOn('is given the first answer', 'save');
    const isFound = s.intent !== 'none' && s.intent !== 'cancelled';
    return isFound ? goesOn('finds it by reference', 'save') : again;
  },
  save: (s, rules) => {
    const isAsRead = s.payment === 'TRIED' || s.payment === 'none';
    if (!isAsRead && rules.has('paySaveCondition')) return asRow(s, rules) ?? again;
    if (s.intent === 'declined') return [write('DECLINED', 'refused')];
    return [write('AUTHORIZED', 'done')];
  },
};

/** What a row that is settled answers to whoever wants to authorise. */
function asRow({ payment }: State, rules: Rules): readonly Move[] | undefined {
  if (payment === 'none' || payment === 'TRIED') return undefined;
  if (payment === 'DECLINED') return refused('finds it declined');
  if (payment !== 'VOIDED') return done(`finds it ${payment}`);
  return rules.has('payFence') ? refused('finds the tombstone') : undefined;
}

export const voidPayment: Task = {
  start: (s, rules) => {
    switch (s.payment) {
      case 'none':
        return rules.has('payTombstone') ? [write('VOIDED', 'done')] : done('finds nothing');
      case 'TRIED':
        return goesOn('finds a try', 'burn');
      case 'AUTHORIZED':
        return goesOn('finds it authorised', 'cancel authorised');
      case 'VOIDED':
      case 'DECLINED':
        return done(`finds it ${s.payment}`);
      default:
        return [{ says: `finds it ${s.payment}`, next: 'gives up' }];
    }
  },
  burn: (s, rules) => {
    if (s.isKeyOld && rules.has('lookUpOldKey'))
      return goesOn('looks up by reference', 'cancel found');
    if (s.isKeyOld) return created(s, 'cancel tried');
    if (s.isKeyBroken) return brokenKey(rules);
    const isNew = s.intent === 'none' && rules.has('burnKey');
    return isNew ? created(s, 'cancel tried') : goesOn('is given the answer', 'cancel tried');
  },
  'cancel tried': (s) => cancelled(s, 'save tried'),
  'cancel found': (s) =>
    s.older === 'live'
      ? [
          {
            says: 'cancels an older hold',
            next: 'at cancel found',
            ...intents({ older: 'cancelled' }),
          },
        ]
      : cancelled(s, 'save tried'),
  'save tried': (s, rules) => {
    const isAsRead = s.payment === 'TRIED' || !rules.has('paySaveCondition');
    return isAsRead ? [write('VOIDED', 'done')] : goesOn('finds it changed', 'start');
  },
  'cancel authorised': (s) => cancelled(s, 'save authorised'),
  'save authorised': (s) =>
    s.payment === 'AUTHORIZED' ? [write('VOIDED', 'done')] : goesOn('finds it changed', 'start'),
};

/** The search shows what the key made, or nothing as yet. */
function brokenKey(rules: Rules): readonly Move[] {
  if (!rules.has('lookUpBrokenKey')) return goesOn('is given an error', 'save tried');
  return [
    ...goesOn('looks up by reference', 'cancel found'),
    write('TRIED', 'again'),
    ...(rules.has('waitForSearch') ? [] : goesOn('is shown nothing as yet', 'save tried')),
  ];
}

function cancelled(s: State, next: string): readonly Move[] {
  if (s.intent === 'captured') return [{ says: 'finds the money captured', next: 'gives up' }];
  if (s.intent !== 'live') return goesOn('has nothing to cancel', next);
  return [
    {
      says: 'cancels the hold',
      next: `at ${next}`,
      ...intents({ intent: 'cancelled', ...outOfOrder(s, 'money is let go') }),
    },
  ];
}

/** The provider decides, and may fail to say so. Whoever hears an error tries again. */
function created(s: State, next: string): readonly Move[] {
  const older = s.intent === 'live' ? 'live' : s.older;
  const fresh = { older, isKeyOld: false, isKeyBroken: false };
  const made = (intent: Intent): Pick<Move, 'change' | 'writes'> => intents({ ...fresh, intent });
  const fails = { next: 'again', isFault: true } as const;
  const broken: Partial<State> = { ...fresh, isKeyBroken: true };
  return [
    { says: 'holds the money', next: `at ${next}`, ...made('live') },
    { says: 'is declined', next: `at ${next}`, ...made('declined') },
    {
      says: 'holds the money and hears an error',
      ...fails,
      ...intents({ ...broken, intent: 'live' }),
    },
    { says: 'hears an error', ...fails, ...intents({ ...broken, intent: 'none' }) },
  ];
}

const again: readonly Move[] = [{ says: 'tries again later', next: 'again' }];

const intents = (change: Partial<State>): Pick<Move, 'change' | 'writes'> => ({
  writes: 'intent',
  change,
});

const write = (payment: Payment, next: Move['next']): Move => ({
  says: `writes ${payment}`,
  next,
  writes: 'payment',
  change: { payment },
});
