import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EngineDied } from '../../../bin/command/explain.ts';
import { SynthesisFailed } from '../../../bin/command/synthesize.ts';
import { explain } from '../../../bin/local/explain.ts';
import { DynamoUnreachable, expectDynamo } from '../../../bin/local/foreign-dynamo.ts';
import { tableOf } from '../../../bin/local/sandbox-view.ts';
import { createEngine } from '../../../local/engine.ts';

const manifest = JSON.stringify({
  artifacts: { A: { type: 'aws:cloudformation:stack', properties: { templateFile: 'a.json' } } },
});

/** Of what npm start does first with an assembly. */
async function failureOf(assembly: string): Promise<unknown> {
  try {
    const engine = await createEngine({ assembly, kernel: 'real' });
    onTestFinished(() => engine.stop());
    return tableOf(engine, 'OrdersTable');
  } catch (error) {
    return error;
  }
}

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

  it.each([
    ['the manifest', 'half a manifest', '{}', 'manifest.json cannot be read ('],
    ['a template', manifest, '{ "Resources": {', 'a.json cannot be read ('],
    ['another stack', manifest, '{}', 'It has no output OrdersTable (its outputs: none)'],
  ])('is said of a folder with %s that is of no use', async (_what, manifestText, text, said) => {
    const folder = mkdtempSync(join(tmpdir(), 'everonce-explain-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'manifest.json'), manifestText);
    writeFileSync(join(folder, 'a.json'), text);
    const shown = explain(await failureOf(folder), { port: 3000 });
    expect(shown).toMatch(/^The template cannot be run here\. /);
    expect(shown).toContain(said);
    expect(shown).not.toMatch(/^ +at /m);
  });

  it('says what does not answer at DYNAMODB_ENDPOINT, and the way out', async () => {
    // Port 1 is nobody's: the connection is refused.
    const error: unknown = await expectDynamo('http://127.0.0.1:1').catch((e) => e);
    expect(explain(error, { port: 3000 })).toMatch(
      /^No DynamoDB answers at DYNAMODB_ENDPOINT=http:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED.*leave the variable out/,
    );
  });

  it('does not wait for a DynamoDB that takes a request and never answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const error: unknown = await expectDynamo(`http://127.0.0.1:${port}`, 50).catch((e) => e);
    expect(explain(error, { port: 3000 })).toContain('(no answer within 0.05 s)');
  });
});
