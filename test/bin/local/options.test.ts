import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bin/local/options.ts';

describe('command line of npm start', () => {
  it('takes port 3000, unless PORT or --port says otherwise, in this order', () => {
    expect(parseOptions([], {})).toMatchObject({ options: { port: 3000 } });
    expect(parseOptions([], { PORT: '3001' })).toMatchObject({ options: { port: 3001 } });
    const both = parseOptions(['--port', '3002'], { PORT: '3001' });
    expect(both).toMatchObject({ options: { port: 3002 } });
  });

  it('takes an empty variable for none', () => {
    const options = { port: 3000, dynamoEndpoint: undefined };
    expect(parseOptions([], { PORT: '', DYNAMODB_ENDPOINT: '' })).toMatchObject({ options });
  });

  it('runs what is synthesized already where it is told to', () => {
    expect(parseOptions(['--assembly', 'd'], {})).toMatchObject({ options: { assembly: 'd' } });
    expect(parseOptions(['--assembly', ''], {})).toMatchObject({
      message: '--assembly names no folder; it must be like --assembly cdk.out',
    });
  });

  it('takes the address of a DynamoDB, and nothing that is no address', () => {
    const DYNAMODB_ENDPOINT = 'http://127.0.0.1:8000';
    const options = { dynamoEndpoint: DYNAMODB_ENDPOINT };
    expect(parseOptions([], { DYNAMODB_ENDPOINT })).toMatchObject({ options });
    expect(parseOptions([], { DYNAMODB_ENDPOINT: 'localhost:8000' })).toMatchObject({
      message: 'DYNAMODB_ENDPOINT is "localhost:8000", but must be like http://127.0.0.1:8000',
    });
  });

  it('keeps everything in the folder of --data, and nothing without it', () => {
    expect(parseOptions([], {})).toMatchObject({ options: { dataDir: undefined } });
    const dataDir = resolve('kept');
    expect(parseOptions(['--data', 'kept'], {})).toMatchObject({ options: { dataDir } });
    expect(parseOptions(['--data', ''], {})).toMatchObject({
      message: '--data names no folder; it must be like --data .data',
    });
  });

  it('does not take a data folder beside a DynamoDB that keeps the items elsewhere', () => {
    const DYNAMODB_ENDPOINT = 'http://127.0.0.1:8000';
    expect(parseOptions(['--data', 'kept'], { DYNAMODB_ENDPOINT })).toMatchObject({
      message: '--data and DYNAMODB_ENDPOINT exclude each other: the folder keeps the items too',
    });
  });

  it.each([['--frob'], ['--port=x'], ['--port=70000'], ['extra']])('does not take %s', (arg) => {
    expect(parseOptions([arg], {}).kind).toBe('mistake');
  });
});
