/** The tests that a document names, by file and title, and which of them do not exist. */
import { existsSync, readFileSync } from 'node:fs';

/** `file` *title*, *another title of that file*; a title may be cut and may have an each's %s. */
const reference =
  /`((?:lambdas|lib|local|contracts|pipeline|bin)\/[\w/-]+|architecture)`((?:,?\s+\*[^*]+\*)+)/g;

export interface Reference {
  readonly file: string;
  readonly title: string;
}

export const referencesOf = (document: string): Reference[] =>
  [...readFileSync(document, 'utf8').matchAll(reference)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/\*([^*]+)\*/g)].map(([, title = '']) => ({
      file: `test/${file}.test.ts`,
      title: title.replaceAll(/\s+/g, ' '),
    })),
  );

export const isThere = ({ file, title }: Reference): boolean =>
  existsSync(file) &&
  ["'", '"', '`'].some((quote) => readFileSync(file, 'utf8').includes(`${quote}${title}`));
