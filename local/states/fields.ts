/**
 * Reads one JSON object of a definition field by field. What is missing, of the wrong kind or not
 * known is refused, naming state machine, state and field.
 */

/** Where in a definition something stands. */
export interface Place {
  /** Logical id of the machine in the template. */
  readonly machine: string;
  readonly state?: string;
}

export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';

  constructor(place: Place, field: string, problem: string) {
    const state = place.state === undefined ? '' : `, state ${place.state}`;
    super(`State machine ${place.machine}${state}, field ${field}: ${problem}`);
  }
}

const jsonPathFields = new Set(
  [
    'InputPath OutputPath Parameters ResultPath ResultSelector Result ItemsPath',
    'SecondsPath TimestampPath TimeoutSecondsPath HeartbeatSecondsPath ErrorPath CausePath',
    'Variable And Or Not',
  ].flatMap((line) => line.split(' ')),
);

export type Range = { readonly min: number; readonly max: number; readonly isWhole?: boolean };

export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly place: Place;
  /** How messages name this object: empty for a state, `Retry[0]/` inside one. */
  readonly prefix: string;

  constructor(place: Place, prefix: string, value: unknown, known: readonly string[]) {
    this.place = place;
    this.prefix = prefix;
    if (!isObject(value)) throw this.#refusal('', `expected an object, got ${show(value)}`);
    this.#values = value;
    for (const field of Object.keys(value)) {
      if (!known.includes(field)) throw this.#refusal(field, problemOf(field, known));
    }
  }

  fail(field: string, problem: string): never {
    throw this.#refusal(field, problem);
  }

  has(field: string): boolean {
    return this.#values[field] !== undefined;
  }

  value(field: string): unknown {
    return this.#values[field];
  }

  text(field: string): string {
    const value = this.#values[field];
    if (typeof value === 'string' && value !== '') return value;
    throw this.#refusal(field, `expected a string, got ${show(value)}`);
  }

  optionalText(field: string): string | undefined {
    return this.has(field) ? this.text(field) : undefined;
  }

  number<T>(field: string, { min, max, isWhole = true }: Range, absent: T): number | T {
    const value = this.#values[field];
    if (value === undefined) return absent;
    const isFit = typeof value === 'number' && value >= min && value <= max;
    if (isFit && (!isWhole || Number.isInteger(value))) return value;
    const kind = isWhole ? 'a whole number' : 'a number';
    throw this.#refusal(field, `expected ${kind} from ${min} to ${max}, got ${show(value)}`);
  }

  list(field: string): readonly unknown[] {
    const value = this.#values[field] ?? [];
    if (Array.isArray(value)) return value;
    throw this.#refusal(field, `expected a list, got ${show(value)}`);
  }

  #refusal(field: string, problem: string): DefinitionError {
    return new DefinitionError(this.place, `${this.prefix}${field}`, problem);
  }
}

function problemOf(field: string, known: readonly string[]): string {
  if (jsonPathFields.has(field)) {
    return 'belongs to JSONPath; the engine runs JSONata only (Arguments, Output, Assign)';
  }
  if (field.startsWith('Heartbeat')) return 'heartbeats are not emulated by the engine';
  return `not known here; known are ${known.join(', ')}`;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'nothing';
