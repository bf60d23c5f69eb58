/** The page about the engine: its rules name tests, its differences are those that are known. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cases } from '../../bin/conformance/cases.ts';
import { knownDifferences } from '../../bin/conformance/known-differences.ts';
import { isThere, referencesOf } from './references.ts';

const document = 'docs/engine.md';
const text = readFileSync(document, 'utf8');

/** Each service of the engine, and the heading under which the page tells of it. */
const headings: Readonly<Record<string, string>> = {
  dynamodb: '## DynamoDB',
  events: '## EventBridge',
  explorer: '## Broken on purpose',
  gateway: '## The gateway',
  'http-api': '## HTTP API',
  iam: '## IAM',
  journal: '## Time, chance and survival',
  kernel: '## Time, chance and survival',
  lambda: '## Lambda',
  s3: '## S3',
  sqs: '## SQS and its mappings',
  states: '## Step Functions',
  streams: '## DynamoDB Streams and their mappings',
  template: '## The template',
};

describe('the page about the engine', () => {
  it('names tests that exist', () => {
    const named = referencesOf(document);
    expect(named.length).toBeGreaterThan(100);
    const missing = named.filter((one) => !isThere(one));
    expect(missing.map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
  });

  it('leans on tests that name the sources of their rules', () => {
    const ofAws = /^test\/local\/(streams|lambda|sqs|states|http-api|events|dynamodb)\//;
    const named = new Set(referencesOf(document).map(({ file }) => file));
    const files = [...named].filter((file) => ofAws.test(file));
    expect(files.length).toBeGreaterThan(20);
    const hasSource = (file: string) => /^\s*\/\/ .*https:\/\//m.test(readFileSync(file, 'utf8'));
    expect(files.filter((file) => !hasSource(file))).toEqual([]);
  });

  it('shows the differences that the conformance command knows, and no others', () => {
    const rows = [...text.matchAll(/^\| `([a-z]+\.[a-z0-9-]+)` \| (.+) \|$/gm)];
    expect(rows.map(([, id, because]) => ({ id, because }))).toEqual(knownDifferences);
  });

  it('says how many cases there are', () => {
    const known = knownDifferences.length;
    expect(text).toContain(`\n${cases.length} cases, each`);
    expect(text).toContain(`| ${cases.length}: ${cases.length - known} as documented |`);
  });

  it('has a part about every service', () => {
    const folders = readdirSync('local', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const untold = folders.filter((name) => !text.includes(`\n${headings[name]}\n`));
    expect(untold).toEqual([]);
  });
});
