/**
 * Reads the properties of one resource, intrinsics already resolved, and refuses what nobody read:
 * a property that the engine does not know is never silently without effect.
 */

/** What the template asks for and the engine cannot do, named so that it can be found. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

type Values = Readonly<Record<string, unknown>>;

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** @default whole numbers only */
  readonly isFractional?: boolean;
}

/** CloudFormation takes numbers as strings too. */
const decimal = /^-?\d+(\.\d+)?$/;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export class Properties {
  /** `<LogicalId> (<Type>)`, the beginning of every complaint. */
  readonly #owner: string;
  readonly #path: string;
  readonly #values: Values;
  readonly #read = new Set<string>();
  readonly #children: Properties[] = [];

  constructor(owner: string, values: Values, path = '') {
    this.#owner = owner;
    this.#values = values;
    this.#path = path;
  }

  names(): string[] {
    return Object.keys(this.#values);
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#mismatch(name, 'a string');
  }

  number(name: string, bounds: Bounds & { readonly otherwise: number }): number {
    return this.optionalNumber(name, bounds) ?? bounds.otherwise;
  }

  optionalNumber(name: string, { min, max, isFractional }: Bounds): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && decimal.test(value) ? Number(value) : value;
    const isNumber =
      typeof number === 'number' && (isFractional === true || Number.isInteger(number));
    if (isNumber && number >= min && number <= max) return number;
    return this.#mismatch(name, `a ${isFractional ? '' : 'whole '}number from ${min} to ${max}`);
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.#take(name) ?? otherwise;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    return this.#mismatch(name, 'true or false');
  }

  object(name: string): Properties {
    return this.optionalObject(name) ?? this.#missing(name);
  }

  optionalObject(name: string): Properties | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) return this.#mismatch(name, 'an object');
    return this.#child(value, name);
  }

  /** A list of objects; none when the property is absent. */
  objects(name: string): Properties[] {
    return this.list(name).map((value, index) => {
      if (!isObject(value)) return this.#mismatch(name, 'a list of objects');
      return this.#child(value, `${name}[${index}]`);
    });
  }

  texts(name: string): string[] {
    return this.list(name).map((value) =>
      typeof value === 'string' ? value : this.#mismatch(name, 'a list of strings'),
    );
  }

  list(name: string): readonly unknown[] {
    const value = this.#take(name) ?? [];
    return Array.isArray(value) ? value : this.#mismatch(name, 'a list');
  }

  /** The value as it stands, for what is handed on whole. */
  whole(name: string): unknown {
    return this.#take(name);
  }

  /** The only values that the engine behaves as; absent counts as the first of them. */
  only<T extends string | boolean>(name: string, ...allowed: readonly [T, ...T[]]): T {
    const value = this.#take(name) ?? allowed[0];
    const match = allowed.find((candidate) => candidate === value);
    return match ?? this.#mismatch(name, allowed.map((each) => JSON.stringify(each)).join(' or '));
  }

  /** As `only`, where AWS has no default: absent is refused. */
  must<T extends string | boolean>(name: string, ...allowed: readonly [T, ...T[]]): T {
    return this.#values[name] === undefined ? this.#missing(name) : this.only(name, ...allowed);
  }

  /** Properties that change nothing which can be observed locally. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** Complains about the first property that was neither read nor ignored, at any depth. */
  finish(): void {
    const unknown = this.names().find((name) => !this.#read.has(name));
    if (unknown !== undefined)
      this.fail(
        `property ${this.#path}${unknown} is not known to the local engine; ` +
          'teach local/template about it or leave it out',
      );
    for (const child of this.#children) child.finish();
  }

  fail(complaint: string): never {
    throw new TemplateError(`${this.#owner}: ${complaint}`);
  }

  #take(name: string): unknown {
    this.#read.add(name);
    return this.#values[name];
  }

  #child(values: Values, name: string): Properties {
    const child = new Properties(this.#owner, values, `${this.#path}${name}.`);
    this.#children.push(child);
    return child;
  }

  #missing(name: string): never {
    return this.fail(`property ${this.#path}${name} is missing`);
  }

  #mismatch(name: string, expected: string): never {
    const value = JSON.stringify(this.#values[name]);
    return this.fail(`property ${this.#path}${name} is ${value}, but must be ${expected}`);
  }
}
