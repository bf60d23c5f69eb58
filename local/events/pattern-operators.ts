/** What one entry of a pattern's list accepts: a scalar exactly, or an operator with its operand. */

/** Gets the field's scalars: none when it is absent, several when it is a list. */
export type LeafMatcher = (leaves: readonly unknown[]) => boolean;
type Operand = { readonly value: unknown; readonly at: string };
type Test = (leaf: unknown) => boolean;

export function leafMatcher(accepted: unknown, at: string): LeafMatcher {
  if (typeof accepted !== 'object' || accepted === null) {
    return (leaves) => leaves.includes(accepted);
  }
  const [operator, value, ...others] = Object.entries(accepted).flat();
  if (operator === 'exists') return exists({ value, at });
  const compile = operators[operator as string];
  if (!compile || others.length > 0) {
    throw new Error(
      `the pattern's ${at} uses ${JSON.stringify(accepted)}; known operators are ` +
        `exists, ${Object.keys(operators).join(', ')}, one at a time`,
    );
  }
  const test = compile({ value, at });
  return (leaves) => leaves.some(test);
}

const operators: Readonly<Record<string, (operand: Operand) => Test>> = {
  prefix: (operand) => textTest(operand, (text, prefix) => text.startsWith(prefix)),
  suffix: (operand) => textTest(operand, (text, suffix) => text.endsWith(suffix)),
  'equals-ignore-case': ({ value, at }) => {
    const wanted = textOf({ value, at }).toLowerCase();
    return onText((text) => text.toLowerCase() === wanted);
  },
  wildcard: (operand) => {
    const pattern = textOf(operand);
    if (pattern.includes('**'))
      throw new Error(`the pattern's ${operand.at} has two wildcards in a row: ${pattern}`);
    const expression = wildcardExpression(pattern);
    return onText((text) => expression.test(text));
  },
  numeric: numericTest,
  'anything-but': anythingBut,
};

function exists({ value, at }: Operand): LeafMatcher {
  if (typeof value !== 'boolean') {
    throw new Error(`the pattern's ${at} has exists: ${JSON.stringify(value)}, not true or false`);
  }
  return (leaves) => leaves.length > 0 === value;
}

/** `prefix` and `suffix`, whose operand may itself ask to ignore case. */
function textTest(
  { value, at }: Operand,
  compare: (text: string, operand: string) => boolean,
): Test {
  if (typeof value === 'object' && value !== null && 'equals-ignore-case' in value) {
    const wanted = textOf({ value: value['equals-ignore-case'], at }).toLowerCase();
    return onText((text) => compare(text.toLowerCase(), wanted));
  }
  const wanted = textOf({ value, at });
  return onText((text) => compare(text, wanted));
}

function anythingBut({ value, at }: Operand): Test {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const [operator = '', operand] = Object.entries(value).flat() as [string?, unknown?];
    const compile = operator === 'numeric' ? undefined : operators[operator];
    if (!compile || operator === 'anything-but') {
      throw new Error(`the pattern's ${at} has anything-but with unknown operator ${operator}`);
    }
    const operands = Array.isArray(operand) ? operand : [operand];
    const refused = operands.map((one) => compile({ value: one, at }));
    return (leaf) => !refused.some((test) => test(leaf));
  }
  const refused: readonly unknown[] = Array.isArray(value) ? value : [value];
  return (leaf) => !refused.includes(leaf);
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** EventBridge compares numbers of this size at most. */
const largestNumber = 5e9;

/** Numbers only: DynamoDB's numbers are strings in a stream record and never match. */
function numericTest({ value, at }: Operand): Test {
  const wanted = Array.isArray(value) ? value : [];
  const tests: ((leaf: number) => boolean)[] = [];
  for (let i = 0; i < wanted.length; i += 2) {
    const compare = comparisons[wanted[i]];
    const bound: unknown = wanted[i + 1];
    if (compare && typeof bound === 'number' && Math.abs(bound) <= largestNumber)
      tests.push((leaf) => compare(leaf, bound));
  }
  if (tests.length === 0 || tests.length * 2 !== wanted.length) {
    throw new Error(
      `the pattern's ${at} has numeric: ${JSON.stringify(value)}; ` +
        `expected pairs like [">", 0, "<=", 5] of ${Object.keys(comparisons).join(' ')}, ` +
        `within ${largestNumber} of zero`,
    );
  }
  return (leaf) => typeof leaf === 'number' && tests.every((test) => test(leaf));
}

function textOf({ value, at }: Operand): string {
  if (typeof value === 'string') return value;
  throw new Error(`the pattern's ${at} compares text with ${JSON.stringify(value)}, not a string`);
}

const onText =
  (test: (text: string) => boolean): Test =>
  (leaf) =>
    typeof leaf === 'string' && test(leaf);

/** `*` is any run of characters; `\*` and `\\` stand for themselves. */
function wildcardExpression(pattern: string): RegExp {
  const parts = pattern.match(/\\[*\\]|[\s\S]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '[\\s\\S]*';
    return part.slice(-1).replace(/[.*+?^${}()|[\]\\]/, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`);
}
