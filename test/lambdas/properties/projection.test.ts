/** The projection: the rows and counters of the fold, in any order, repetition, batch and mishap. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoParkingLot } from '../../../lambdas/adapters/dynamo-parking-lot.ts';
import { dynamoViewStore } from '../../../lambdas/adapters/dynamo-view-store.ts';
import { consumeStream } from '../../../lambdas/adapters/stream-batch.ts';
import { orderRepresentation } from '../../../lambdas/contract/order-representation.ts';
import { salesChanges, salesShard } from '../../../lambdas/domain/sales.ts';
import { projectOrders, type ViewStore } from '../../../lambdas/shell/project-orders.ts';
import { anyMishap, type Invocation, Scene } from '../../support/actors.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';
import { streamEvent } from '../../support/stream-events.ts';
import { anyCut, batchesOf } from './batches.ts';
import { isNoticed, withoutConditions } from './cast.ts';
import { anyHistory, type OrderHistory } from './order-histories.ts';

type Sabotage = {
  readonly view?: (view: ViewStore) => ViewStore;
  readonly client?: (client: DynamoDBClient) => DynamoDBClient;
};

function createProjection({ view = (store) => store, client = (own) => own }: Sabotage) {
  const clock = createFakeClock();
  const tables = createFakeTables({ view: 'id', parked: 'id' });
  const rows = () => tables.items('view').filter(({ id }) => String(id).startsWith('order#'));
  const counters = () => tables.items('view').filter(({ id }) => String(id).startsWith('sales#'));
  return {
    clock,
    tables,
    rows: () =>
      new Map(
        rows().map(({ id, version, status, deleted, order }) => [
          id,
          deleted ? { version, deleted } : { version, status, order },
        ]),
      ),
    /** Zeros left out: a counter that went back to nothing is like one that never was. */
    counters: () =>
      counters().flatMap(({ id, ...sums }) =>
        Object.entries(sums).flatMap(([name, sum]) => (sum === 0 ? [] : [`${id} ${name} ${sum}`])),
      ),
    async project(records: readonly DynamoDBRecord[], { own, clock: ownClock }: Invocation) {
      const store = view(dynamoViewStore(client(own), 'view'));
      const parking = dynamoParkingLot(own, { table: 'parked', service: 'test' });
      return consumeStream(streamEvent(...records), { parking, clock: ownClock }, async (changes) =>
        (await projectOrders(store, changes)).map(({ change }) => change),
      );
    },
  };
}

/** What has to be there in the end, made from the orders alone. */
function expectedOf(histories: readonly OrderHistory[]) {
  const rows = histories.map(({ last, isDeleted }) => {
    const { id, version, status } = last;
    const order = JSON.stringify(orderRepresentation(last));
    const row = isDeleted ? { version: version + 1, deleted: true } : { version, status, order };
    return [`order#${id}`, row] as const;
  });
  const sums = new Map<string, number>();
  const add = (key: string, amount: number) => sums.set(key, (sums.get(key) ?? 0) + amount);
  for (const { last, isDeleted } of histories) {
    if (isDeleted || last.status !== 'CONFIRMED') continue;
    const counter = `sales#${last.placedAt.slice(0, 10)}#${salesShard(last.id)}`;
    add(`${counter} orders`, 1);
    for (const { quantity, unitPrice } of last.lines)
      add(`${counter} revenue#${unitPrice.currency}`, quantity * unitPrice.amount);
  }
  return { rows: new Map(rows), counters: [...sums].map(([key, sum]) => `${key} ${sum}`) };
}

/** Every change of up to three orders at least once, in any order. */
const anyDelivery = fc
  .integer({ min: 1, max: 3 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, n) => anyHistory(`o${n}`))))
  .chain((histories) => {
    const records = histories.flatMap((history) => history.records);
    const anyRepeats = fc.array(fc.constantFrom(...records), { maxLength: 6 });
    return anyRepeats.chain((repeats) => {
      const all = [...records, ...repeats];
      const shuffled = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      return fc.record({ histories: fc.constant(histories), delivered: shuffled, cut: anyCut });
    });
  });

const endsAsTheFold = (sabotage: Sabotage = {}) =>
  fc.asyncProperty(
    anyDelivery,
    fc.scheduler(),
    fc.array(anyMishap, { maxLength: 4 }),
    async ({ histories, delivered, cut }, scheduler, mishaps) => {
      const world = createProjection(sabotage);
      const scene = new Scene({ scheduler, ...world, check: () => {} });
      const batches = batchesOf(delivered, cut);
      const played = await scene.play(
        batches.map((records, index) => ({
          name: `batch ${index + 1}`,
          mishap: mishaps[index],
          skewMs: 0,
          run: (invocation) => world.project(records, invocation),
        })),
      );
      for (const [index, { answer }] of played.entries()) {
        const isHandled = !(answer instanceof Error) && answer.batchItemFailures.length === 0;
        const again = isHandled ? [] : (batches[index] ?? []);
        await scene.playAlone((invocation) => world.project(again, invocation));
      }
      const expected = expectedOf(histories);
      expect(world.rows()).toEqual(expected.rows);
      expect(world.counters().sort()).toEqual(expected.counters.sort());
      expect(world.tables.items('parked')).toEqual([]);
    },
  );

/** Each takes one guard away. */
const replaceAnyway = (client: DynamoDBClient): DynamoDBClient =>
  withoutConditions(client, () => true);
type Replacement = Parameters<ViewStore['replace']>[0];
const replacing =
  (change: (replacement: Replacement) => Replacement) =>
  (view: ViewStore): ViewStore => ({ replace: (asked) => view.replace(change(asked)) });
const countEachTime = replacing((asked) => {
  const sale = 'sale' in asked.row ? asked.row.sale : undefined;
  return { ...asked, sales: salesChanges(undefined, sale) };
});
/** The deleted order leaves a row that anything is newer than. */
const forgetVersion = replacing(({ row, ...asked }) => ({
  ...asked,
  row: 'deleted' in row ? { ...row, version: 0 } : row,
}));
const countWithoutRow = (view: ViewStore): ViewStore => ({
  async replace({ sales, ...asked }) {
    const result = await view.replace({ ...asked, sales: [] });
    return result.outcome === 'lost' ? result : view.replace({ ...asked, held: asked.row, sales });
  },
});

beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue());

describe('the projection', () => {
  it('ends in the same rows and counters, however changes repeat, overtake, are batched or die', async () => {
    await fc.assert(endsAsTheFold(), { numRuns: 250 });
  });

  it.each([
    ['the condition on the row', () => isNoticed(endsAsTheFold({ client: replaceAnyway }))],
    ['the version of a deleted order', () => isNoticed(endsAsTheFold({ view: forgetVersion }))],
    ['the row’s own sale', () => isNoticed(endsAsTheFold({ view: countEachTime }))],
    [
      'one transaction of row and counter',
      () => isNoticed(endsAsTheFold({ view: countWithoutRow })),
    ],
  ])('is seen to break without %s', async (_, noticed) => {
    expect(await noticed()).toBe(true);
  });
});
