/** Another domain on the same constructs: trips, of a flight and a room. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Api } from '../../../lib/constructs/api.ts';
import { InboxConsumer } from '../../../lib/constructs/inbox-consumer.ts';
import { Outbox } from '../../../lib/constructs/outbox.ts';
import { OutboxRescue } from '../../../lib/constructs/outbox-rescue.ts';
import { ParkingLot } from '../../../lib/constructs/parking-lot.ts';
import { PipelineTable } from '../../../lib/constructs/pipeline-table.ts';
import { Projection } from '../../../lib/constructs/projection.ts';
import { Saga } from '../../../lib/constructs/saga.ts';

export class TripStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const parking = new ParkingLot(this, 'Parked');
    const trips = new Outbox(this, 'Trips', { parking });
    const view = new Projection(this, 'TripView', {
      of: trips,
      entry: 'project-trip',
      variable: 'READ_MODEL_TABLE',
    });
    new OutboxRescue(this, 'Rescue', {
      of: trips,
      projection: view,
      variable: 'TRIPS_TABLE',
      parking,
    });

    const saga = new Saga(this, 'BookTrip', {
      steps: [
        { name: 'HoldFlight', action: 'hold-flight', compensation: 'release-flight' },
        { name: 'HoldRoom', action: 'hold-room', compensation: 'release-room' },
      ],
      commit: 'confirm-trip',
      abort: 'reject-trip',
      deadline: Duration.minutes(10),
      parking,
    });
    const { start, watch, recover } = saga.startOn(trips, 'TripPlaced');

    new InboxConsumer(this, 'Itinerary', {
      of: trips,
      events: ['TripConfirmed', 'TripRejected'],
      entry: 'send-itinerary',
      parking,
    });

    const api = new Api(this, 'Api', {
      routes: [
        { key: 'POST /trips', entry: 'place-trip', scopes: ['trips'] },
        { key: 'GET /trips/{id}', entry: 'get-trip', scopes: ['trips'] },
      ],
      issuer: 'https://tokens.example.com/',
      audience: ['travel'],
    });

    const holds = new PipelineTable(this, 'Holds', { partitionKey: 'tripId' });
    const fence = ['GetItem', 'PutItem', 'UpdateItem'] as const;
    for (const entry of ['hold-flight', 'release-flight', 'hold-room', 'release-room'])
      holds.grantTo(saga.function(entry), 'HOLDS_TABLE', fence);
    for (const entry of ['hold-flight', 'hold-room'])
      trips.table.grantTo(saga.function(entry), 'TRIPS_TABLE', ['GetItem']);
    const deciders = ['confirm-trip', 'reject-trip', 'park-compensation'].map((entry) =>
      saga.function(entry),
    );
    for (const fn of [...deciders, start.function, watch.function, recover.function])
      trips.table.grantTo(fn, 'TRIPS_TABLE', ['GetItem', 'UpdateItem']);
    trips.table.grantTo(api.function('place-trip'), 'TRIPS_TABLE', ['PutItem']);
    view.table.grantTo(api.function('get-trip'), 'READ_MODEL_TABLE', ['GetItem']);
  }
}
