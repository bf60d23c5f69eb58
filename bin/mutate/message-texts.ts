/**
 * A plugin for Stryker: texts that only people read are no mutants. They are what an error, an assertion
 * or a problem says, and what a call to AWS is described as; that it is thrown or answered remains one.
 */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly object?: Node;
  readonly property?: Node;
  readonly callee?: Node;
  readonly arguments?: readonly Node[];
}

/** What Stryker tells of a place in a file: a part of Babel's path. */
export interface Place {
  readonly node: Node;
  readonly parent?: Node | null;
}

const texts = ['StringLiteral', 'TemplateLiteral'];
/** Their first argument names the call in the error that is made of its failure. */
const describing = /^(dynamo|conditional|transaction)Call$|^(dynamo|sqs|stepFunctions)Fault$/;

/** Answers why the place is left alone, if it is. */
export function messageText({ node, parent }: Place): string | undefined {
  if (!texts.includes(node.type) || !parent?.arguments) return undefined;
  const index = parent.arguments.indexOf(node);
  const callee = nameOf(parent.callee);
  const isOfError = parent.type === 'NewExpression' && /(Fault|Error)$/.test(callee);
  if (isOfError && index === 0) return 'what an error says';
  if (/^(problem|refusal|RequestRefused)$/.test(callee) && index === 1)
    return 'what a problem says in detail';
  if (/^assert(\.|$)/.test(callee) && index === parent.arguments.length - 1)
    return 'what an assertion says';
  return describing.test(callee) && index === 0 ? 'what a call is described as' : undefined;
}

function nameOf(callee: Node | undefined): string {
  if (callee?.type !== 'MemberExpression') return callee?.name ?? '';
  return `${nameOf(callee.object)}.${nameOf(callee.property)}`;
}

const plugin = { kind: 'Ignore', name: 'message-texts', value: { shouldIgnore: messageText } };
export const strykerPlugins = [plugin];
