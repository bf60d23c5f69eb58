/**
 * The part of DynamoDB's condition and update expressions that the adapters use, over plain
 * attributes. What it does not know it refuses loudly, so that no condition is ever skipped.
 */
import type { Attributes } from '../../../lambdas/adapters/dynamo.ts';

export type Expression = {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Attributes;
};

type Reader = {
  next(): string;
  peek(): string | undefined;
  take(token: string): boolean;
  expect(token: string): void;
};

export function holds(expression: Expression, item: Attributes): boolean {
  const reader = readerOf(expression.text);
  const result = anyOf(reader, expression, item);
  if (reader.peek() !== undefined) throw new Error(`unexpected ${reader.peek()}`);
  return result;
}

/** The item after `SET a = …, b = …`, or `ADD a :a, b :b` of numbers. */
export function updated(expression: Expression, item: Attributes): Attributes {
  const reader = readerOf(expression.text);
  const isAddition = reader.take('ADD');
  if (!isAddition) reader.expect('SET');
  const changes: Attributes = {};
  do {
    const name = nameOf(reader.next(), expression);
    if (!isAddition) reader.expect('=');
    changes[name] = isAddition
      ? plus(item[name] ?? 0, attributeOrValue(reader.next(), expression, item))
      : sum(reader, expression, item);
  } while (reader.take(','));
  if (reader.peek() !== undefined) throw new Error(`unexpected ${reader.peek()}`);
  return { ...item, ...changes };
}

function readerOf(text: string): Reader {
  const tokens = text.match(/<=|>=|<>|[=<>(),+-]|[#:]?\w+|\S/g) ?? [];
  let at = 0;
  const reader: Reader = {
    peek: () => tokens[at],
    next() {
      const token = tokens[at++];
      if (token === undefined) throw new Error(`expression ends early: ${text}`);
      return token;
    },
    take(token) {
      if (tokens[at] !== token) return false;
      at++;
      return true;
    },
    expect(token) {
      const found = reader.next();
      if (found !== token) throw new Error(`expected ${token}, found ${found}: ${text}`);
    },
  };
  return reader;
}

function anyOf(reader: Reader, expression: Expression, item: Attributes): boolean {
  let result = allOf(reader, expression, item);
  while (reader.take('OR')) result = allOf(reader, expression, item) || result;
  return result;
}

function allOf(reader: Reader, expression: Expression, item: Attributes): boolean {
  let result = term(reader, expression, item);
  while (reader.take('AND')) result = term(reader, expression, item) && result;
  return result;
}

function term(reader: Reader, expression: Expression, item: Attributes): boolean {
  if (reader.take('(')) {
    const result = anyOf(reader, expression, item);
    reader.expect(')');
    return result;
  }
  const presence = ['attribute_exists', 'attribute_not_exists'].find((name) => reader.take(name));
  if (!presence) return comparison(reader, expression, item);
  reader.expect('(');
  const isPresent = item[nameOf(reader.next(), expression)] !== undefined;
  reader.expect(')');
  return isPresent === (presence === 'attribute_exists');
}

function comparison(reader: Reader, expression: Expression, item: Attributes): boolean {
  const left = operand(reader, expression, item);
  const operator = reader.next();
  const right = operand(reader, expression, item);
  if (left === undefined || right === undefined) return false;
  if (operator === '=') return left === right;
  if (typeof left !== 'number' || typeof right !== 'number')
    throw new Error(`${operator} of ${typeof left} and ${typeof right}`);
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  if (operator === '>=') return left >= right;
  throw new Error(`unknown operator ${operator}`);
}

function sum(reader: Reader, expression: Expression, item: Attributes): unknown {
  const first = operand(reader, expression, item);
  const sign = ['+', '-'].find((name) => reader.take(name));
  if (!sign) return first;
  const second = operand(reader, expression, item);
  return plus(first, second, sign === '+' ? 1 : -1);
}

function plus(first: unknown, second: unknown, sign: 1 | -1 = 1): number {
  if (typeof first !== 'number' || typeof second !== 'number')
    throw new Error('arithmetic needs two numbers');
  return first + sign * second;
}

function operand(reader: Reader, expression: Expression, item: Attributes): unknown {
  if (reader.take('list_append')) return appended(reader, expression, item);
  if (!reader.take('if_not_exists')) return attributeOrValue(reader.next(), expression, item);
  reader.expect('(');
  const stored = item[nameOf(reader.next(), expression)];
  reader.expect(',');
  const otherwise = attributeOrValue(reader.next(), expression, item);
  reader.expect(')');
  return stored ?? otherwise;
}

function appended(reader: Reader, expression: Expression, item: Attributes): unknown[] {
  reader.expect('(');
  const first = operand(reader, expression, item);
  reader.expect(',');
  const second = operand(reader, expression, item);
  reader.expect(')');
  if (!Array.isArray(first) || !Array.isArray(second))
    throw new Error('list_append needs two lists');
  return [...first, ...second];
}

function attributeOrValue(token: string, expression: Expression, item: Attributes): unknown {
  if (!token.startsWith(':')) return item[nameOf(token, expression)];
  if (!(token in expression.values)) throw new Error(`no value ${token}`);
  return expression.values[token];
}

function nameOf(token: string, { names }: Expression): string {
  if (!token.startsWith('#')) return token;
  const name = names[token];
  if (name === undefined) throw new Error(`no name ${token}`);
  return name;
}
