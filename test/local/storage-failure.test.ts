import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { Meter } from '../../local/gateway/meter.ts';
import { openJournal } from '../../local/journal/journal.ts';
import { VirtualKernel } from '../../local/kernel/virtual-kernel.ts';
import { storageFailure } from '../../local/storage-failure.ts';

const thrownBy = (run: () => void): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('it was expected to throw');
};

describe('a failure to store', () => {
  it('of the journal is told, with the folder and the way out', () => {
    // The database may not grow any more, which SQLite reports as it does a full disk.
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE t (x); PRAGMA max_page_count=2');
    const error = thrownBy(() => database.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(1e6)));
    expect(storageFailure(error, '/data')).toMatch(
      /^The disk is full: \/data cannot be written \(.*\)\. Make room there.*start again/,
    );
  });

  it('is found behind the error that it caused', () => {
    const cause = new Error('commit failed (backend: I/O error: disk I/O error)');
    const error = new Error('table Orders could not be created', { cause });
    expect(storageFailure(error, '/data')).toMatch(/^The disk does not take any more: \/data/);
  });

  it('is no other error', () => {
    expect(storageFailure(new Error('constraint failed'), '/data')).toBeUndefined();
    expect(storageFailure('full', '/data')).toBeUndefined();
  });

  it('of the tables is an error to the caller, and news to the engine', async () => {
    // A store that answers as dynoxide does on a full disk.
    const message = 'commit failed (backend: database or disk is full) and rollback also failed';
    const server = createServer((_, response) => {
      response.writeHead(500).end(JSON.stringify({ __type: 'x#InternalServerError', message }));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const kernel = new VirtualKernel(1);
    const told: unknown[] = [];
    const dynamo = await createDynamoDb({
      ...{ kernel, endpoint, tables: [], meter: new Meter(), journal: openJournal(undefined) },
      onDefect: (error) => told.push(error),
    });
    const input = { TableName: 'Orders', Item: { id: { S: '1' } } };
    const put = dynamo.call('PutItem', input, { name: 'test', roleArn: undefined });
    await expect(kernel.drive(put)).rejects.toMatchObject({
      code: 'InternalServerError',
      status: 500,
    });
    expect(told.map((error) => storageFailure(error, '/data'))).toEqual([
      expect.stringContaining('The disk is full: /data'),
    ]);
    await dynamo.close();
  });
});
