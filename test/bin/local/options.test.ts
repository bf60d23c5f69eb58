import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bin/local/options.ts';

describe('command line of npm start', () => {
  it('takes port 3000, unless PORT or --port says otherwise, in this order', () => {
    expect(parseOptions([], {})).toMatchObject({ options: { port: 3000 } });
    expect(parseOptions([], { PORT: '3001' })).toMatchObject({ options: { port: 3001 } });
    const both = parseOptions(['--port', '3002'], { PORT: '3001' });
    expect(both).toMatchObject({ options: { port: 3002 } });
  });

  it('keeps data where it is told to', () => {
    expect(parseOptions(['--data', 'd'], {})).toMatchObject({ options: { dataDir: 'd' } });
  });

  it.each([['--frob'], ['--port=x'], ['--port=70000'], ['extra']])('does not take %s', (arg) => {
    expect(parseOptions([arg], {}).kind).toBe('mistake');
  });
});
