import { describe, expect, it } from 'vitest';
import { messageAccount } from '../../../../bin/explore/invariants/v30-message-account.ts';
import { ToldWorld } from '../../../support/world.ts';

const lost = (entry: string) => `${entry}: poison means nothing, was passed, and is not parked`;
const garbage = { poison: '{"poison":' };

function world(): ToldWorld {
  const told = new ToldWorld(messageAccount);
  told.mayPark = true;
  return told;
}

describe('V30 message-account, of poison,', () => {
  it('finds a message without a meaning that was passed and is nowhere', () => {
    const told = world();
    told.consume('start-saga', garbage);
    expect(told.atRest()).toEqual([lost('start-saga')]);
  });

  it('lets it be when the message is parked, or was handed back', () => {
    const told = world();
    told.consume('start-saga', garbage, { failed: ['poison'] });
    expect(told.atRest()).toEqual([]);
    told.consume('start-saga', garbage);
    const id = 'message:arn:aws:sqs:Start:poison';
    told.write('Parked', id, { id, payload: garbage.poison });
    expect(told.atRest()).toEqual([]);
  });

  const record = (SequenceNumber: string, eventID: string, image = {}) => ({
    ...{ eventID, dynamodb: { SequenceNumber, ...image } },
  });
  const Records = [
    record('1', 'e1', { NewImage: {} }),
    record('2', 'poison'),
    record('3', 'e3', { OldImage: {} }),
  ];
  const read = (told: ToldWorld, failed: readonly string[], outcome = 'ok') =>
    told.deliver({
      ...{ entry: 'project-order', source: 'stream:Orders', event: { Records }, outcome },
      answer: { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) },
    });

  it('finds a record without images that a reader of the stream has passed', () => {
    const told = world();
    read(told, ['3']);
    expect(told.atRest()).toEqual([lost('project-order')]);
    told.write('Parked', 'stream:poison', { id: 'stream:poison', payload: '{}' });
    expect(told.atRest()).toEqual([]);
  });

  it('lets it be when the record comes again', () => {
    const told = world();
    read(told, ['1']);
    read(told, ['2']);
    read(told, [], 'Runtime.ExitError');
    expect(told.atRest()).toEqual([]);
  });
});
