/** V30: an account per queue: what was sent was handled, or is a dead letter, or is parked. */
import type { QuietWorld } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { handledMessages, identityOf } from './messages.ts';
import { passedPoison } from './poison.ts';
import { consumerOf } from './subscriptions.ts';

export const messageAccount: Invariant = {
  id: 'V30',
  name: 'message-account',
  sentence:
    'Every message that a queue accepted was handled or waits as a dead letter, and poison is parked: none vanishes.',
  watch: () => ({
    atRest: (world) => [
      ...accounts(world)
        .filter((account) => isUnbalanced(account) || isUnsent(account, world))
        .map(
          ({ entry, identity, sent, handled, dead }) =>
            `${entry}: ${identity} was sent ${sent} times; ${handled.size} handled, ${dead} dead`,
        ),
      ...vanishedPoison(world),
    ],
  }),
};

/** What nobody can handle is passed only once it is parked, under the id that it came with. */
function vanishedPoison(world: QuietWorld): string[] {
  const parked = world.rows('Parked').map(({ id }) => String(id));
  return [...passedPoison(world)]
    .filter(({ id }) => !parked.some((each) => each.endsWith(`:${id}`)))
    .map(({ entry, id }) => `${entry}: ${id} means nothing, was passed, and is not parked`);
}

/** EventBridge's own sending goes unseen; and poison is nobody's. */
const isUnsent = ({ identity, sent }: Account, { mayPark }: QuietWorld): boolean =>
  sent === 0 && !mayPark && !identity.includes('"source":"aws.states"');

interface Account {
  readonly entry: string;
  readonly identity: string;
  sent: number;
  /** Sent by operators: dead letters, for the most part. */
  redriven: number;
  /** Message ids. */
  readonly handled: Set<string>;
  dead: number;
}

/** A dead letter that was redriven is sent twice, and handled or dead once. */
function isUnbalanced({ sent, redriven, handled, dead }: Account): boolean {
  const settled = handled.size + dead;
  return settled < Math.min(sent, Math.max(1, sent - redriven));
}

function accounts(world: QuietWorld): readonly Account[] {
  const byMessage = new Map<string, Account>();
  const account = (entry: string, body: string): Account => {
    const identity = identityOf(body);
    const name = `${entry} ${identity}`;
    const found = byMessage.get(name) ?? {
      ...{ entry, identity, sent: 0, redriven: 0, handled: new Set<string>(), dead: 0 },
    };
    byMessage.set(name, found);
    return found;
  };
  for (const happening of world.happenings) {
    if (happening.kind !== 'sent') continue;
    const { queue, body, by } = happening.sent;
    const entered = account(consumerOf(queue), body);
    entered.sent++;
    if (by === 'operator') entered.redriven++;
  }
  for (const { entry, body, messageId } of handledMessages(world))
    account(entry, body).handled.add(messageId);
  for (const [queue, bodies] of Object.entries(world.deadLetters))
    for (const body of bodies) account(consumerOf(queue), body).dead++;
  return [...byMessage.values()];
}
