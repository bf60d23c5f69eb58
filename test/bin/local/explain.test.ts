import { describe, expect, it } from 'vitest';
import { SynthesisFailed } from '../../../bin/command/synthesize.ts';
import { EngineDied, explain } from '../../../bin/local/explain.ts';
import { DynamoUnreachable, expectDynamo } from '../../../bin/local/foreign-dynamo.ts';
import { createEngine } from '../../../local/engine.ts';

const withCode = (code: string) => Object.assign(new Error('listen failed'), { code });

describe('why npm start could not start', () => {
  it('names another port when one is taken or not ours', () => {
    expect(explain(withCode('EADDRINUSE'), { port: 3000 })).toContain('PORT=3001 npm start');
    expect(explain(withCode('EADDRINUSE'), { port: 3001 })).toContain('PORT=3000 npm start');
    expect(explain(withCode('EACCES'), { port: 80 })).toContain('Port 80 is not ours');
  });

  it.each([
    [new SynthesisFailed('bin/app.ts ended with 1'), 'could not be synthesized. bin/app.ts ended'],
    [new EngineDied('DynamoDB ended'), 'DynamoDB ended'],
    [new DynamoUnreachable('No DynamoDB'), 'No DynamoDB'],
  ])('is told without a stack trace for %s', (error, said) => {
    expect(explain(error, { port: 3000 })).toContain(said);
    expect(explain(error, { port: 3000 })).not.toContain('explain.test.ts');
  });

  it('shows where a defect comes from', () => {
    expect(explain(new RangeError('odd'), { port: 3000 })).toMatch(/odd\n.*explain\.test\.ts/);
  });

  it('says to synthesize first when a folder holds no assembly', async () => {
    const error = await createEngine({ assembly: 'test/bin', kernel: 'real' }).catch((e) => e);
    expect(explain(error, { port: 3000 })).toMatch(
      /^The template cannot be run here\. .*synthesize first/,
    );
  });

  it('says what does not answer at DYNAMODB_ENDPOINT, and the way out', async () => {
    // Port 1 is nobody's: the connection is refused.
    const error: unknown = await expectDynamo('http://127.0.0.1:1').catch((e) => e);
    expect(explain(error, { port: 3000 })).toMatch(
      /^No DynamoDB answers at DYNAMODB_ENDPOINT=http:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED.*leave the variable out/,
    );
  });
});
