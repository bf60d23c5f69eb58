import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = 'lambdas/adapters';
const adapters = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));

/** Every place in which an adapter makes such a command. */
const made = (command: RegExp) =>
  adapters.flatMap(({ name, text }) =>
    [...text.matchAll(command)].map(([found]) => ({ name, found, text })),
  );

describe('reads of the tables', () => {
  it('are strongly consistent, whoever reads', () => {
    const reads = made(/new (?:GetItem|BatchGetItem|Scan)Command/g);
    expect(reads.length).toBeGreaterThan(8);
    for (const { name, text } of reads) {
      const commands = [...text.matchAll(/new (?:GetItem|BatchGetItem|Scan)Command/g)].length;
      const consistent = [...text.matchAll(/ConsistentRead: true/g)].length;
      expect(`${name}: ${Math.min(consistent, commands)}`).toBe(`${name}: ${commands}`);
    }
  });

  it('ask an index in one place, which only lists; the rows themselves say what holds', () => {
    const indexed = adapters.filter(({ text }) => /IndexName/.test(text)).map(({ name }) => name);
    expect(indexed).toEqual(['dynamo-order-view.ts']);
    const readers = readdirSync('lambdas')
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => readFileSync(`lambdas/${name}`, 'utf8').includes('dynamo-order-view.ts'));
    expect(readers).toEqual(['get-order.ts', 'list-orders.ts']);
  });
});

describe('expressions', () => {
  it('are built in three adapters only, from names of their own; elsewhere they are constants', () => {
    const built = adapters.filter(({ text }) => /Expression: `|Expression: \w+\(/.test(text));
    expect(built.map(({ name }) => name).sort()).toEqual([
      'dynamo-adjustment-store.ts',
      'dynamo-order-store.ts',
      'dynamo-view-store.ts',
    ]);
  });
});
