/** The table of guarantees names tests; each of them exists. What they hold is their own business. */
import { describe, expect, it } from 'vitest';
import { isThere, referencesOf } from './references.ts';

describe('the tests that prove the guarantees', () => {
  it.each([
    ['docs/guarantees.md', 100],
    ['README.md', 8],
    ['docs/exploration.md', 5],
    ['docs/decisions/0009-guards-that-nobody-misses.md', 8],
  ])('are there, by file and title, as %s names them', (document, atLeast) => {
    const named = referencesOf(document);
    expect(named.length).toBeGreaterThan(atLeast);
    const missing = named.filter((one) => !isThere(one));
    expect(missing.map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
  });
});
