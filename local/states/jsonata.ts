/**
 * JSONata as Step Functions evaluates it: `{% … %}` strings anywhere inside a value, `$states` and
 * the assigned variables in scope, plain JSON out. What throws or yields nothing is
 * `States.QueryEvaluationError`; what could never be evaluated is refused when it is compiled.
 */
import jsonata from 'jsonata';
import type { Kernel } from '../kernel/kernel.ts';
import { isObject, show } from './fields.ts';
import { functionsOf, type KernelFunctions, registerPure } from './jsonata-functions.ts';
import { queryEvaluationError, StateError } from './state-error.ts';

/** What an expression sees. */
export interface Scope {
  readonly states: {
    readonly input: unknown;
    readonly context: object;
    readonly result?: unknown;
    readonly errorOutput?: { readonly Error: string; readonly Cause: string };
  };
  readonly variables: Readonly<Record<string, unknown>>;
}

export type StatesMember = keyof Scope['states'];

export type Template =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] };

export interface CompileOptions {
  /** As AWS names it in messages: `Output/total`, `Choices[0]/Condition`. */
  readonly field: string;
  /** The members of `$states` that exist where the template stands. */
  readonly members: readonly StatesMember[];
}

export type Compile = (value: unknown, options: CompileOptions) => Template;

/** An expression that AWS would refuse when the machine is created. */
export class ExpressionRefused extends Error {
  override readonly name = 'ExpressionRefused';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(problem);
    this.field = field;
  }
}

export class Expression {
  readonly source: string;
  readonly field: string;
  readonly #functions: KernelFunctions;
  readonly #compiled: jsonata.Expression;

  constructor(source: string, options: CompileOptions, functions: KernelFunctions) {
    this.source = source;
    this.field = options.field;
    this.#functions = functions;
    this.#compiled = compiledOnce(source, options);
  }

  async evaluate({ states, variables }: Scope): Promise<unknown> {
    const value = await this.#compiled
      .evaluate(undefined, { ...this.#functions, ...variables, states })
      .catch((error: unknown) => this.#fail(`threw an error during evaluation. ${textOf(error)}`));
    if (value === undefined) return this.#fail('returned nothing (undefined).');
    return plain(value, this);
  }

  unexpected(expected: string, value: unknown): never {
    const got = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    return this.#fail(
      `returned an unexpected result type. Expected '${expected}', but was '${got}' for value: ${show(value)}`,
    );
  }

  #fail(problem: string): never {
    const cause = `The JSONata expression '${this.source}' specified for the field '${this.field}' ${problem}`;
    throw new StateError(queryEvaluationError, cause, this.field);
  }
}

export function createCompiler(kernel: Kernel): Compile {
  const functions = functionsOf(kernel);
  return function compile(value, options): Template {
    const { field } = options;
    if (typeof value === 'string') return compileText(value, options, functions);
    if (Array.isArray(value)) {
      const items = value.map((item: unknown, at) =>
        compile(item, { ...options, field: `${field}[${at}]` }),
      );
      return { kind: 'list', items };
    }
    if (!isObject(value)) return { kind: 'constant', value };
    const entries = Object.entries(value).map(
      ([key, item]) => [key, compile(item, { ...options, field: `${field}/${key}` })] as const,
    );
    return { kind: 'object', entries };
  };
}

export async function evaluate(template: Template, scope: Scope): Promise<unknown> {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression':
      return template.expression.evaluate(scope);
    case 'list': {
      const items: unknown[] = [];
      for (const item of template.items) items.push(await evaluate(item, scope));
      return items;
    }
    case 'object': {
      const members: [string, unknown][] = [];
      for (const [key, item] of template.entries) members.push([key, await evaluate(item, scope)]);
      return Object.fromEntries(members);
    }
  }
}

function compileText(text: string, options: CompileOptions, functions: KernelFunctions): Template {
  const opens = text.startsWith('{%');
  if (opens !== text.endsWith('%}')) {
    const problem = `an expression opens with {% and closes with %}, nothing around it: ${text}`;
    throw new ExpressionRefused(options.field, problem);
  }
  if (!opens) return { kind: 'constant', value: text };
  const source = text.slice(2, -2).trim();
  return { kind: 'expression', expression: new Expression(source, options, functions) };
}

/** By members and source: engines of one process run the same machines again and again. */
const compiled = new Map<string, jsonata.Expression>();
const mostCompiled = 1000;

function compiledOnce(source: string, { field, members }: CompileOptions): jsonata.Expression {
  const key = `${members.join()} ${source}`;
  const known = compiled.get(key);
  if (known) return known;
  const expression = parse(source, field);
  for (const problem of problemsOf(expression.ast(), members))
    throw new ExpressionRefused(field, `${problem} in ${source}`);
  registerPure(expression);
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(key, expression);
  return expression;
}

function parse(source: string, field: string): jsonata.Expression {
  try {
    return jsonata(source);
  } catch (error) {
    throw new ExpressionRefused(field, `${textOf(error)} in ${source}`);
  }
}

/** Walks the syntax tree for what AWS refuses: `$eval`, and members of `$states` not there. */
function* problemsOf(node: unknown, members: readonly StatesMember[]): Generator<string> {
  if (Array.isArray(node)) for (const child of node) yield* problemsOf(child, members);
  if (!isObject(node)) return;
  if (node.type === 'variable' && node.value === 'eval') yield '$eval is not supported';
  if (node.type === 'path' && Array.isArray(node.steps)) yield* memberProblems(node.steps, members);
  for (const child of Object.values(node)) yield* problemsOf(child, members);
}

function* memberProblems(
  [first, second]: readonly unknown[],
  members: readonly string[],
): Generator<string> {
  if (!isObject(first) || first.type !== 'variable' || first.value !== 'states') return;
  if (!isObject(second) || second.type !== 'name' || typeof second.value !== 'string') return;
  if (members.includes(second.value)) return;
  yield `$states.${second.value} does not exist here; there are ${members.join(', ')}`;
}

/** JSONata's sequences and prototype-less objects as ordinary JSON. */
function plain(value: unknown, expression: Expression): unknown {
  if (typeof value === 'function') return expression.unexpected('JSON', value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => plain(item, expression));
  if ('_jsonata_function' in value || '_jsonata_lambda' in value) {
    return expression.unexpected('JSON', 'a function');
  }
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) copy[key] = plain(item, expression);
  }
  return copy;
}

/** JSONata throws plain objects with code and message. */
function textOf(error: unknown): string {
  if (!isObject(error) || typeof error.message !== 'string') return String(error);
  return typeof error.code === 'string' ? `${error.code}: ${error.message}` : error.message;
}
