/** The guide for adopters: its code is compiled, run and synthesized here. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../lambdas/contract/faults.ts';
import { bundleOf } from '../../lib/bundle.ts';
import { holdFlight, holdFlightEntry } from './trips/hold-flight-step.ts';
import { confirm, reject, type Trip } from './trips/trip.ts';
import { TripStack } from './trips/trip-stack.ts';

const guide = readFileSync('docs/adopting.md', 'utf8');
const folder = 'test/docs/trips';

const now = 1_000;
const pending: Trip = {
  id: 'trip-1',
  version: 1,
  status: 'PENDING',
  flight: 'EV1',
  deadline: 2_000,
  outbox: [{ type: 'TripPlaced', time: 0 }],
};

/** Stubs of the entries: what a stack needs of them is that they exist. */
function stubBundles(entries: readonly string[]): void {
  for (const entry of entries) {
    mkdirSync(bundleOf(entry), { recursive: true });
    writeFileSync(`${bundleOf(entry)}/index.js`, 'exports.handler = async () => {};\n');
  }
}

describe('the guide for adopters', () => {
  it('shows code as it stands in compiled files', () => {
    const files = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
    const blocks = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
    expect(blocks.length).toBeGreaterThan(3);
    const undented = (text: string) => text.replaceAll(/^ +/gm, '');
    for (const block of blocks)
      expect(files.some((text) => undented(text).includes(undented(block))) ? '' : block).toBe('');
  });

  it('describes a stack that synthesizes, with a machine of its own steps', () => {
    stubBundles([
      ...['hold-flight', 'release-flight', 'hold-room', 'release-room', 'confirm-trip'],
      ...['reject-trip', 'project-trip', 'send-itinerary', 'place-trip', 'get-trip'],
    ]);
    const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
    const stack = new TripStack(app, 'Trips');
    const machines = Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine');
    const [machine] = Object.values(machines);
    expect(JSON.stringify(machine)).toMatch(/HoldFlight.*HoldRoom.*ConfirmTrip.*RejectTrip/);
  });
});

describe('a trip of the guide', () => {
  it('is decided once', () => {
    const confirmed = confirm(pending, now);
    if (confirmed.outcome !== 'changed') throw new Error('a pending trip can be confirmed');
    expect(confirm(confirmed.trip, now).outcome).toBe('unchanged');
    expect(reject(confirmed.trip, { reason: 'FLIGHT_FULL', now }).outcome).toBe('unchanged');
    expect(confirm(pending, pending.deadline)).toMatchObject({ outcome: 'refused' });
  });

  it('holds its flight once, and never after it was released', async () => {
    const row: { status: 'TRIED' | 'HELD' | 'RELEASED' } = { status: 'TRIED' };
    const asked: string[] = [];
    const ports = {
      trips: { find: async () => pending },
      holds: {
        attempt: async () => row,
        markHeld: async () => {
          row.status = 'HELD';
        },
      },
      airline: {
        hold: async (_flight: string, key: string) => {
          asked.push(key);
          return 'held' as const;
        },
      },
      clock: () => now,
    };
    expect(await holdFlight(ports, 'trip-1')).toEqual({ outcome: 'done' });
    expect(await holdFlight(ports, 'trip-1')).toEqual({ outcome: 'done' });
    expect(asked).toEqual(['hold:trip-1']);
    row.status = 'RELEASED';
    const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 10_000 };
    await expect(holdFlightEntry(ports)({ tripId: 'trip-1' }, context)).rejects.toThrow(Refusal);
  });
});
