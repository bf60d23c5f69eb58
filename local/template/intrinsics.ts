/**
 * CloudFormation's intrinsic functions over plain JSON. What a name refers to is the caller's
 * business; here is only how references, joins and conditions combine.
 */
import { TemplateError } from './properties.ts';

/** `AWS::NoValue`: the property or list member that holds it is left out. */
export const noValue = Symbol('AWS::NoValue');

export interface References {
  /** Value of `Ref`: a resource, a parameter or a pseudo parameter. Throws for an unknown name. */
  ref(name: string): unknown;
  /** Value of `Fn::GetAtt`. Throws for an unknown resource or attribute. */
  attribute(logicalId: string, name: string): string;
  /** The body of an entry under `Conditions`. Throws for an unknown name. */
  condition(name: string): unknown;
}

type Node = Readonly<Record<string, unknown>>;

/** The value with every intrinsic replaced, at any depth. */
export function resolve(value: unknown, references: References): unknown {
  if (Array.isArray(value))
    return value.map((each) => resolve(each, references)).filter((each) => each !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value);
  const name = names.find((each) => each === 'Ref' || each.startsWith('Fn::'));
  if (name !== undefined && names.length > 1) return refuse(name, value, 'no member beside it');
  if (name !== undefined) return apply(name, (value as Node)[name], references);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, resolve(each, references)] as const)
      .filter(([, each]) => each !== noValue),
  );
}

const listFunctions: ReadonlySet<string> = new Set(['Fn::Join', 'Fn::Select', 'Fn::Split']);

function apply(name: string, argument: unknown, references: References): unknown {
  if (name === 'Ref') return references.ref(text(argument, name));
  if (name === 'Fn::GetAtt') return getAttribute(argument, references);
  if (name === 'Fn::Sub') return substitute(argument, references);
  if (name === 'Fn::If') return choose(argument, references);
  if (!listFunctions.has(name)) throw new TemplateError(`${name} is not known to the local engine`);
  const list = resolve(argument, references);
  if (!Array.isArray(list)) return refuse(name, argument, 'a list of arguments');
  if (name === 'Fn::Join') return join(list);
  if (name === 'Fn::Select') return select(list);
  return text(list[1], name).split(text(list[0], name));
}

function getAttribute(argument: unknown, references: References): string {
  const path = typeof argument === 'string' ? argument.split('.') : argument;
  if (!Array.isArray(path)) return refuse('Fn::GetAtt', argument, '[logical id, attribute]');
  const [logicalId, ...attribute] = path.map((each) => text(each, 'Fn::GetAtt'));
  return references.attribute(logicalId ?? '', attribute.join('.'));
}

function substitute(argument: unknown, references: References): string {
  const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = resolve(variables ?? {}, references) as Node;
  return text(pattern, 'Fn::Sub').replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(own, name)) return text(own[name], 'Fn::Sub');
    if (name.includes('.')) return getAttribute(name, references);
    return text(references.ref(name), 'Fn::Sub');
  });
}

function choose(argument: unknown, references: References): unknown {
  if (!Array.isArray(argument) || argument.length !== 3)
    return refuse('Fn::If', argument, '[condition, then, else]');
  const [name, then, otherwise] = argument;
  return resolve(isTrue(text(name, 'Fn::If'), references) ? then : otherwise, references);
}

function join(list: unknown[]): string {
  const [delimiter, parts] = list;
  if (!Array.isArray(parts)) return refuse('Fn::Join', list, '[delimiter, list]');
  return parts.map((part) => text(part, 'Fn::Join')).join(text(delimiter, 'Fn::Join'));
}

function select(list: unknown[]): unknown {
  const [index, values] = list;
  if (!Array.isArray(values)) return refuse('Fn::Select', list, '[index, list]');
  const value: unknown = values[Number(index)];
  return value ?? refuse('Fn::Select', list, `an index below ${values.length}`);
}

/** Whether the named entry under `Conditions` holds. */
export function isTrue(condition: string, references: References): boolean {
  return evaluate(references.condition(condition), references);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html */
const operands: Readonly<Record<string, readonly [fewest: number, most: number]>> = {
  'Fn::Equals': [2, 2],
  'Fn::Not': [1, 1],
  'Fn::And': [2, 10],
  'Fn::Or': [2, 10],
};

function evaluate(node: unknown, references: References): boolean {
  const [[name, argument] = ['', undefined]] = Object.entries((node ?? {}) as Node);
  if (name === 'Condition') return isTrue(text(argument, name), references);
  const [fewest, most] = operands[name] ?? [0, 0];
  if (most === 0)
    return refuse('a condition', node, 'Fn::Equals, Fn::Not, Fn::And, Fn::Or or Condition');
  const list: unknown[] = Array.isArray(argument) ? argument : [];
  if (list.length < fewest || list.length > most)
    return refuse(name, argument, `a list of ${fewest} to ${most}`);
  if (name === 'Fn::Not') return !evaluate(list[0], references);
  if (name === 'Fn::And') return list.every((each) => evaluate(each, references));
  if (name === 'Fn::Or') return list.some((each) => evaluate(each, references));
  const [left, right] = list.map((each) => JSON.stringify(resolve(each, references)));
  return left === right;
}

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return refuse(where, value, 'a string');
}

function refuse(where: string, value: unknown, expected: string): never {
  const shown = typeof value === 'symbol' ? String(value) : JSON.stringify(value);
  throw new TemplateError(`${where} got ${shown}, but takes ${expected}`);
}
