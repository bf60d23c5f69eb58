/** The pages of a rescue as messages: of twins one goes on, however many there are. */
import type { Delivery, World } from '../world.ts';

interface Page {
  readonly run: string;
  readonly page: number;
  /** Tells a page's message from its twins. */
  readonly token: string;
}

interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

const entry = 'rescue-outbox';

/** A page is sent on once for each delivery of the one message that goes on, or its run has doubled. */
export function multipliedPages(world: World): string[] {
  const delivered = new Map<string, number>();
  const sent = new Map<string, number>();
  const tokens = new Map<string, Set<string>>();
  for (const happening of world.happenings) {
    if (happening.kind === 'sent' && happening.sent.by === entry)
      for (const { run, page } of pageIn(happening.sent.body)) countUp(sent, `${run} ${page}`);
    if (happening.kind !== 'delivery') continue;
    for (const { run, page, token } of pagesOf(happening.delivery)) {
      const next = `${run} ${page + 1}`;
      countUp(delivered, `${next} ${token}`);
      tokens.set(next, (tokens.get(next) ?? new Set()).add(token));
    }
  }
  const repeated = world.faults.filter(({ site }) => site.startsWith(`${entry}/SendMessage.`));
  return [...sent].flatMap(([name, times]) => {
    const counts = [...(tokens.get(name) ?? [])].map((token) => delivered.get(`${name} ${token}`));
    const most = Math.max(0, ...counts.map((count = 0) => count)) + repeated.length;
    if (times <= most) return [];
    return [`page ${name} of a rescue: expected to be sent at most ${most} times, was ${times}`];
  });
}

const countUp = (counts: Map<string, number>, name: string): unknown =>
  counts.set(name, (counts.get(name) ?? 0) + 1);

/** An operator's wish is the first page of a run that is called after its message. */
const pagesOf = (delivery: Delivery): readonly Page[] =>
  delivery.entry === entry && delivery.outcome !== 'throttled'
    ? (delivery.event as { Records: readonly QueueRecord[] }).Records.flatMap((record) => {
        const found = pageIn(record.body);
        const { messageId: run } = record;
        return found.length > 0 ? found : [{ run, page: 1, token: run }];
      })
    : [];

function pageIn(body: string): readonly Page[] {
  try {
    const page = JSON.parse(body) as Partial<Page>;
    return page.run === undefined ? [] : [page as Page];
  } catch {
    return [];
  }
}
