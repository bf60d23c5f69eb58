/**
 * `ClientRequestToken` of transactions, by the engine's clock and kept in the journal: a repeat within
 * ten minutes succeeds without effect. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../gateway/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';

type Input = Record<string, unknown>;
/** `parameters` is a digest of them. */
type Seen = { readonly parameters: string; readonly untilMs: number; isInFlight: boolean };

const validMs = 10 * 60_000;
const longestToken = 36;

export class TransactionTokens {
  readonly #kernel: Kernel;
  readonly #rows: ReturnType<typeof prepare>;
  readonly #seen = new Map<string, Seen>();

  constructor(kernel: Kernel, journal: Journal) {
    this.#kernel = kernel;
    this.#rows = prepare(journal);
    for (const row of this.#rows.all.all())
      this.#seen.set(String(row.token), {
        parameters: String(row.parameters),
        untilMs: Number(row.until_ms),
        isInFlight: false,
      });
  }

  /** `write` gets the input without token, and runs only if the token is new; else `repeat` answers. */
  async once<T>(input: Input, write: (input: Input) => Promise<T>, repeat: () => T): Promise<T> {
    const { ClientRequestToken: token, ...rest } = input;
    if (token === undefined) return write(rest);
    if (typeof token !== 'string' || token.length < 1 || token.length > longestToken)
      throw invalidToken(token);
    const parameters = parametersOf(rest);
    this.#forgetExpired();
    const seen = this.#seen.get(token);
    if (seen && seen.untilMs > this.#kernel.now()) {
      checkRepeat(seen, parameters);
      return repeat();
    }
    return this.#first(token, parameters, () => write(rest));
  }

  async #first<T>(token: string, parameters: string, write: () => Promise<T>): Promise<T> {
    const seen = { parameters, untilMs: this.#kernel.now() + validMs, isInFlight: true };
    this.#seen.set(token, seen);
    const output = await this.#tried(token, write).finally(() => {
      seen.isInFlight = false;
    });
    // Not written down it is still known here: what has had its effect must not have it again.
    this.#rows.add.run(token, parameters, seen.untilMs);
    return output;
  }

  async #tried<T>(token: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      this.#seen.delete(token);
      throw error;
    }
  }

  /** Tokens stand in the order of their expiry, unless the clock went back. */
  #forgetExpired(): void {
    for (const [token, { untilMs }] of this.#seen) {
      if (untilMs > this.#kernel.now()) return;
      this.#seen.delete(token);
      this.#rows.remove.run(token);
    }
  }
}

function prepare({ database }: Journal) {
  database.exec(
    `CREATE TABLE IF NOT EXISTS dynamodb_tokens (
      token TEXT PRIMARY KEY, parameters TEXT NOT NULL, until_ms REAL NOT NULL
    ) WITHOUT ROWID`,
  );
  return {
    all: database.prepare(
      'SELECT token, parameters, until_ms FROM dynamodb_tokens ORDER BY until_ms',
    ),
    add: database.prepare(
      'INSERT OR REPLACE INTO dynamodb_tokens (token, parameters, until_ms) VALUES (?, ?, ?)',
    ),
    remove: database.prepare('DELETE FROM dynamodb_tokens WHERE token = ?'),
  };
}

function checkRepeat(seen: Seen, parameters: string): void {
  if (seen.parameters !== parameters)
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The provided client token was used before with other parameters',
    );
  if (seen.isInFlight)
    throw new AwsError(
      'TransactionInProgressException',
      'The transaction with the given request token is already in progress.',
    );
}

/** The order of members does not tell requests apart, nor does what the answer shall report. */
function parametersOf({ ReturnConsumedCapacity: _, ...input }: Input): string {
  const text = JSON.stringify(input, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('base64');
}

const invalidToken = (token: unknown): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${String(token)}' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and ${longestToken}`,
  );
