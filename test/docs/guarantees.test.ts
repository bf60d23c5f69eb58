/** The table of guarantees names tests; each of them exists. What they hold is their own business. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** `file` *title*, *another title of that file*; a title may be cut and may have an each's %s. */
const reference =
  /`((?:lambdas|lib|local|contracts|pipeline|bin)\/[\w/-]+|architecture)`((?:,? \*[^*]+\*)+)/g;

const referencesOf = (document: string) =>
  [...readFileSync(document, 'utf8').matchAll(reference)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/\*([^*]+)\*/g)].map(([, title = '']) => ({
      file: `test/${file}.test.ts`,
      title,
    })),
  );

const isThere = ({ file, title }: { file: string; title: string }): boolean =>
  existsSync(file) &&
  ["'", '"', '`'].some((quote) => readFileSync(file, 'utf8').includes(`${quote}${title}`));

describe('the tests that prove the guarantees', () => {
  it.each([
    ['docs/guarantees.md', 100],
    ['README.md', 8],
  ])('are there, by file and title, as %s names them', (document, atLeast) => {
    const named = referencesOf(document);
    expect(named.length).toBeGreaterThan(atLeast);
    const missing = named.filter((one) => !isThere(one));
    expect(missing.map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
  });
});
