/** What the exploration has found wrong in the product: the schedules that broke it break nothing now. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invariants } from '../../../bin/explore/invariants/all.ts';
import { Lab } from '../../../bin/explore/lab.ts';
import { parseSchedule } from '../../../local/explorer/schedule.ts';
import { assemblyDir } from '../../support/assembly.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(assemblyDir, invariants);
});
afterAll(() => lab.close());

describe('what was found wrong once', () => {
  it.each([
    ['is made up for when a stream has forgotten what nobody read in time', 'stream-outage:1:'],
    [
      'is told of when it is parked, also if the function dies as it parks it',
      'one-order:1:capture-payment/UpdateItem.Sandbox@1=P,capture-payment/PutItem.Parked@1=T,capture-payment/PutItem.Parked@2=Lx',
    ],
    [
      'is cancelled when it is a parcel that the carrier does not list yet',
      'garbled-answers:1:cancel-shipment/Query.Sandbox@2=S',
    ],
    [
      'is let go when it is money that the provider cannot find yet',
      'erring-provider-cancelled:1:void-payment/Query.Sandbox@1=S',
    ],
  ])('%s', async (_, schedule) => {
    const { id, violations } = await lab.run(parseSchedule(schedule));
    expect(violations).toEqual([]);
    // Of the faults that have struck: a site that never came would prove nothing.
    expect(id).toBe(schedule);
  });
});
