import { describe, expect, it } from 'vitest';
import { run } from './running.ts';

/** Runs the check, and then a word, under a Node that claims to be of this version. */
const under = (version: string) => {
  const code = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  const pretence = ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
  return run([...pretence, '--import', './bin/node-24.js', '-e', 'console.log("went on")']).ended;
};

describe('check for Node 24', () => {
  it('stops an older one with one line that says what to do', async () => {
    const { status, output } = await under('20.20.2');
    expect(output).toMatch(
      /^Everonce needs Node 24 or later, this is 20\.20\.2\. .*install it.*\n$/,
    );
    expect(status).toBe(1);
  });

  it.each(['24.0.0', '26.1.0'])('lets %s pass', async (version) => {
    expect(await under(version)).toMatchObject({ status: 0, output: 'went on\n' });
  });
});
