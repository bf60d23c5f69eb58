import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bin/conformance/options.ts';

const optionsOf = (...args: string[]) => {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
};

describe('the options of npm run conformance', () => {
  it('are the engine and every case by default', () => {
    expect(optionsOf()).toMatchObject({ endpoints: [], only: undefined, json: undefined });
  });

  it('take several endpoints, a pattern and a file', () => {
    const args = ['--endpoint', 'http://a', '--endpoint', 'https://b', '--only', '^sqs'];
    expect(optionsOf(...args, '--json', 'out.json')).toMatchObject({
      endpoints: ['http://a', 'https://b'],
      only: /^sqs/,
      json: 'out.json',
    });
  });

  it('take AWS itself only with consent and a role', () => {
    const role = ['--role-arn', 'arn:aws:iam::123456789012:role/steps'];
    expect(parseOptions(['--endpoint', 'aws', ...role])).toMatchObject({
      kind: 'mistake',
      message: expect.stringContaining('add --consent'),
    });
    expect(parseOptions(['--endpoint', 'aws', '--consent'])).toMatchObject({
      kind: 'mistake',
      message: expect.stringContaining('needs --role-arn'),
    });
    expect(optionsOf('--endpoint', 'aws', '--consent', ...role).endpoints).toEqual(['aws']);
  });

  it.each([
    [['--endpoint', 'localhost'], 'expected a URL like http://127.0.0.1:3001, or aws'],
    [['--only', '('], '--only is "(", expected a pattern'],
    [['--frob'], "Unknown option '--frob'"],
  ])('are refused when they are %j', (args, message) => {
    expect(parseOptions(args)).toMatchObject({
      kind: 'mistake',
      message: expect.stringContaining(message),
    });
  });
});
