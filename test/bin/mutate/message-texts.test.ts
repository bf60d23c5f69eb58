import { describe, expect, it } from 'vitest';
import { messageText } from '../../../bin/mutate/message-texts.ts';

const text = { type: 'StringLiteral' };
const value = { type: 'Identifier', name: 'value' };
const name = (of: string) => ({ type: 'Identifier', name: of });
const call = (callee: object, ...args: object[]) => ({
  ...{ type: 'CallExpression', callee: callee as typeof text, arguments: args as (typeof text)[] },
});
const made = (of: string, ...args: object[]) => ({
  ...call(name(of), ...args),
  type: 'NewExpression',
});

describe('a text', () => {
  it.each([
    ['an error says', made('PermanentFault', text, value)],
    ['an assertion says', call(name('assert'), value, text)],
    [
      'an assertion by a method says',
      call(
        { type: 'MemberExpression', object: name('assert'), property: name('equal') },
        value,
        text,
      ),
    ],
    ['a call is described as', call(name('conditionalCall'), text, value)],
    ['a problem says in detail', call(name('refusal'), value, text)],
    ['a refused request is told', made('RequestRefused', value, text)],
  ])('that %s is left alone', (_what, parent) => {
    expect(messageText({ node: text, parent })).toBeDefined();
  });

  it.each([
    ['compared in an assertion', call(name('assert'), text, value)],
    ['looked up', made('Map', text)],
    ['naming the kind of a problem', call(name('refusal'), text, value)],
    ['passed to any other function', call(name('save'), text)],
    ['of a refusal, which is a code', made('Refusal', text)],
    ['standing by itself', { type: 'ReturnStatement' }],
  ])('%s is changed', (_what, parent) => {
    expect(messageText({ node: text, parent })).toBeUndefined();
  });

  it('is nothing else: a value that an error is given is changed', () => {
    expect(messageText({ node: value, parent: made('PermanentFault', value) })).toBeUndefined();
  });
});
