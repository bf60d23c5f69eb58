import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Every TypeScript file of the product with what it imports, as paths from the root or bare names. */
const files = ['bin', 'lib', 'lambdas', 'local'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readModule(join(folder, name))),
);

function readModule(path: string) {
  const text = readFileSync(path, 'utf8');
  const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) =>
    name.startsWith('.') ? relative('.', join(dirname(path), name)) : name,
  );
  return { path, text, imports };
}

const inFolder = (folder: string) => files.filter(({ path }) => path.startsWith(`${folder}/`));

function offenders(folder: string, isAllowed: (name: string) => boolean): string[] {
  return inFolder(folder).flatMap(({ path, imports }) =>
    imports.filter((name) => !isAllowed(name)).map((name) => `${path} imports ${name}`),
  );
}

const isEntry = (path: string) => /^lambdas\/[^/]+\.ts$/.test(path);

describe('the architecture', () => {
  it('lets the domain import nothing but itself and assertions', () => {
    const isAllowed = (name: string) =>
      name.startsWith('lambdas/domain/') || name === 'node:assert/strict';
    expect(offenders('lambdas/domain', isAllowed)).toEqual([]);
  });

  it.each(['lambdas/shell', 'lambdas/contract'])('keeps AWS and adapters out of %s', (folder) => {
    const isAllowed = (name: string) =>
      !/^(@aws-sdk|@aws-lambda|@smithy|aws-|lambdas\/adapters)/.test(name) && !isEntry(name);
    expect(offenders(folder, isAllowed)).toEqual([]);
  });

  it('composes in entries only: nothing imports an entry', () => {
    const isAllowed = (name: string) => !isEntry(name);
    for (const folder of ['bin', 'lib', 'lambdas', 'local'])
      expect(offenders(folder, isAllowed)).toEqual([]);
  });

  it('lets the stack see the contract, and entries by their path only', () => {
    const isAllowed = (name: string) =>
      !name.startsWith('lambdas/') || name.startsWith('lambdas/contract/');
    expect(offenders('lib', isAllowed)).toEqual([]);
  });

  it('lets the engine see the synthesized output only', () => {
    const isAllowed = (name: string) => !/^(lib|lambdas|bin)\//.test(name);
    expect(offenders('local', isAllowed)).toEqual([]);
  });

  it.each(['lambdas/domain', 'lambdas/shell', 'lambdas/contract'])(
    'has no ambient clock, chance or environment in %s',
    (folder) => {
      const ambient = /Date\.now\(|new Date\(\)|Math\.random|randomUUID|randomBytes|process\.env/;
      const found = inFolder(folder).filter(({ text }) => ambient.test(text));
      expect(found.map(({ path }) => path)).toEqual([]);
    },
  );

  it('reads a clock and draws chance in one place of the engine: its kernel', () => {
    const ambient = /Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|setInterval\(/;
    const found = inFolder('local').filter(
      ({ path, text }) => !path.startsWith('local/kernel/') && ambient.test(text),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('makes the one App in bin/app.ts', () => {
    const found = files.filter(({ text }) => /new App\(/.test(text));
    expect(found.map(({ path }) => path)).toEqual(['bin/app.ts']);
  });

  it('has no test of properties whose cases differ from run to run', () => {
    const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readModule(join('test', name)));
    const withProperties = tests.filter(({ imports }) => imports.includes('fast-check'));
    expect(withProperties.length).toBeGreaterThan(0);
    const isSeeded = (imports: readonly string[]) => imports.includes('test/support/fixed-seed.ts');
    expect(
      withProperties.filter(({ imports }) => !isSeeded(imports)).map(({ path }) => path),
    ).toEqual([]);
  });
});
