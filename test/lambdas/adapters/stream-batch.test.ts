import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { consumeStream } from '../../../lambdas/adapters/stream-batch.ts';
import { TransientFault } from '../../../lambdas/contract/faults.ts';
import type { OrderChange } from '../../../lambdas/shell/order-change.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeParkingLot } from '../../support/fakes/parking-lot.ts';
import { confirmedOrder, placedOrder } from '../../support/sample-orders.ts';
import { streamEvent, streamRecord } from '../../support/stream-events.ts';

const placed = placedOrder();
const confirmed = confirmedOrder(placed);
const poison = { id: placed.id, status: 'PENDING', version: 'two' };

function createWorld() {
  const parking = createFakeParkingLot();
  const seen: OrderChange[] = [];
  const handle = async (changes: readonly OrderChange[]) => {
    seen.push(...changes);
    return [] as readonly OrderChange[];
  };
  return { parking, seen, handle, settings: { parking, clock: createFakeClock() } };
}

beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue());
afterEach(() => void vi.restoreAllMocks());

describe('a batch of the stream', () => {
  it('comes again from the lowest record that failed', async () => {
    const { settings } = createWorld();
    const event = streamEvent(
      streamRecord('9', { after: placed }),
      streamRecord('10', { before: placed, after: confirmed }),
      streamRecord('11', { before: confirmed, after: confirmed }),
    );
    const answer = await consumeStream(event, settings, async (changes) =>
      [...changes.slice(1)].reverse(),
    );
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '10' }] });
  });

  it('comes again from poison that could not be parked, after what was before it', async () => {
    const { settings, parking, seen, handle } = createWorld();
    parking.failNext(new TransientFault('throttled'));
    const event = streamEvent(
      streamRecord('1', { after: placed }),
      streamRecord('2', { after: poison }),
      streamRecord('3', { before: placed, after: confirmed }),
    );
    const answer = await consumeStream(event, settings, handle);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(seen.map(({ sequenceNumber }) => sequenceNumber)).toEqual(['1']);
    expect(console.error).toHaveBeenCalledWith(
      '{"id":"stream:event-2","notParked":"TransientFault: throttled"}',
    );
  });

  it('parks poison with its reason and goes on with its neighbours', async () => {
    const { settings, parking, seen, handle } = createWorld();
    const event = streamEvent(
      streamRecord('1', { after: poison }),
      streamRecord('2', { after: placed }),
    );
    expect(await consumeStream(event, settings, handle)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([{ sequenceNumber: '2', after: placed }]);
    const parked = parking.entries.get('stream:event-1');
    expect(parked?.at).toBe(settings.clock());
    expect(parked?.reason).toMatch(/^not an order item: version/);
    expect(JSON.parse(parked?.payload ?? '')).toMatchObject({ eventID: 'event-1' });
  });

  it('parks a record that cannot even be read, without its content in the reason', async () => {
    // An attribute of a type that DynamoDB does not have makes the SDK's reader throw.
    const { settings, parking, handle } = createWorld();
    const unreadable = streamRecord('1', { after: placed });
    Object.assign(unreadable.dynamodb?.NewImage ?? {}, { version: { X: '12' } });
    await consumeStream(streamEvent(unreadable), settings, handle);
    expect(parking.entries.get('stream:event-1')?.reason).toBe('unreadable stream record: Error');
  });

  it('parks a record that has no event id under its position', async () => {
    const { settings, parking, handle } = createWorld();
    const { eventID: _, ...nameless } = streamRecord('7', {});
    await consumeStream(streamEvent(nameless), settings, handle);
    expect([...parking.entries.keys()]).toEqual(['stream:7']);
  });

  it('comes again as a whole when what failed has no position', async () => {
    const { settings, parking, handle } = createWorld();
    parking.failNext(new TransientFault('throttled'));
    const answer = await consumeStream(streamEvent({}), settings, handle);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '' }] });
  });

  it.each([streamRecord('1', {}), { eventID: 'event-1' }])(
    'parks a record without images: the stream shows too little',
    async (record) => {
      const { settings, parking, handle } = createWorld();
      await consumeStream(streamEvent(record), settings, handle);
      expect(parking.entries.get('stream:event-1')?.reason).toBe('a stream record without images');
    },
  );

  it('passes over refused requests, which stand beside the orders', async () => {
    const { settings, parking, seen, handle } = createWorld();
    const refused = { id: placed.id, status: 'REFUSED', problem: {} };
    const event = streamEvent(
      streamRecord('1', { after: refused }),
      streamRecord('2', { before: refused }),
    );
    expect(await consumeStream(event, settings, handle)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([]);
    expect(parking.entries.size).toBe(0);
  });

  it('hands over what was before, what is now, and that something is gone', async () => {
    const { settings, seen, handle } = createWorld();
    const event = streamEvent(
      streamRecord('1', { before: placed, after: confirmed }),
      streamRecord('2', { before: confirmed }),
    );
    await consumeStream(event, settings, handle);
    expect(seen).toEqual([
      { sequenceNumber: '1', before: placed, after: confirmed },
      { sequenceNumber: '2', before: confirmed },
    ]);
  });
});
