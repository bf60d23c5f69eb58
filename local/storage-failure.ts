/** Whether an error says that nothing more can be stored, and what to do then; for journal and tables. */

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html, and dynoxide's words for them. */
const kinds = [
  { code: 13, words: /database or disk is full/, what: 'The disk is full' },
  { code: 10, words: /disk I\/O error/, what: 'The disk does not take any more' },
  { code: 8, words: /readonly database/, what: 'The data can only be read' },
] as const;

/** Undefined for every other error. `folder` is where the data are. */
export function storageFailure(error: unknown, folder: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errcode = 0 } = error as { errcode?: number };
  const kind = kinds.find(
    ({ code, words }) => (errcode & 0xff) === code || words.test(error.message),
  );
  if (!kind) return storageFailure(error.cause, folder);
  return (
    `${kind.what}: ${folder} cannot be written (${error.message}). Make room there, or mend what ` +
    'else is in the way, and start again: everything that was acknowledged is kept.'
  );
}
