/**
 * `ClientRequestToken` of transactions, by the engine's clock: a repeat within ten minutes succeeds
 * without effect. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';

type Input = Record<string, unknown>;
type Seen = { readonly parameters: string; readonly untilMs: number; isInFlight: boolean };

const validMs = 10 * 60_000;
const longestToken = 36;

export class TransactionTokens {
  readonly #kernel: Kernel;
  readonly #seen = new Map<string, Seen>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
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
    if (seen) {
      checkRepeat(seen, parameters);
      return repeat();
    }
    return this.#first(token, parameters, () => write(rest));
  }

  async #first<T>(token: string, parameters: string, write: () => Promise<T>): Promise<T> {
    const seen = { parameters, untilMs: this.#kernel.now() + validMs, isInFlight: true };
    this.#seen.set(token, seen);
    try {
      return await write();
    } catch (error) {
      this.#seen.delete(token);
      throw error;
    } finally {
      seen.isInFlight = false;
    }
  }

  /** Tokens stand in the order of their expiry. */
  #forgetExpired(): void {
    for (const [token, { untilMs }] of this.#seen) {
      if (untilMs > this.#kernel.now()) return;
      this.#seen.delete(token);
    }
  }
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
const parametersOf = ({ ReturnConsumedCapacity: _, ...input }: Input): string =>
  JSON.stringify(input, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

const invalidToken = (token: unknown): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${String(token)}' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and ${longestToken}`,
  );
