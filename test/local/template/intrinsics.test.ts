// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub is what is meant
import { describe, expect, it } from 'vitest';
import { isTrue, noValue, type References, resolve } from '../../../local/template/intrinsics.ts';

const conditions: Record<string, unknown> = {
  IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
  IsEither: { 'Fn::Or': [{ Condition: 'IsProd' }, { 'Fn::Equals': [1, 1] }] },
};

const references: References = {
  ref(name) {
    if (name === 'Stage') return 'test';
    if (name === 'AWS::NoValue') return noValue;
    throw new Error(`no ${name}`);
  },
  attribute: (logicalId, name) => `${logicalId}/${name}`,
  condition: (name) => conditions[name],
};

describe('intrinsic functions', () => {
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
  it.each([
    ['Ref', { Ref: 'Stage' }, 'test'],
    [
      'Fn::GetAtt in both spellings',
      [{ 'Fn::GetAtt': ['A', 'Arn'] }, { 'Fn::GetAtt': 'A.Arn' }],
      ['A/Arn', 'A/Arn'],
    ],
    ['Fn::Join of values of their own', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-test'],
    [
      'Fn::Sub with names and attributes',
      { 'Fn::Sub': '${Stage} ${A.Arn} ${!Kept}' },
      'test A/Arn ${Kept}',
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${x}!', { x: { Ref: 'Stage' } }] }, 'test!'],
    ['Fn::Select out of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b'] }] }, 'b'],
    ['Fn::If by a condition', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'no'],
    ['conditions of conditions', { 'Fn::If': ['IsEither', 'yes', 'no'] }, 'yes'],
    [
      'AWS::NoValue by leaving out',
      { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] },
      { b: [1] },
    ],
  ])('resolves %s', (_what, value, expected) => {
    expect(resolve(value, references)).toEqual(expected);
  });

  it('refuses an intrinsic function that it does not know, by name', () => {
    expect(() => resolve({ 'Fn::FindInMap': ['A', 'b', 'c'] }, references)).toThrow(
      'Fn::FindInMap is not known to the local engine',
    );
    expect(() => resolve({ 'Fn::ImportValue': 'Other' }, references)).toThrow(
      'Fn::ImportValue is not known to the local engine',
    );
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
  it('refuses an intrinsic function with something beside it', () => {
    expect(() => resolve({ Ref: 'Stage', Or: 'else' }, references)).toThrow(
      'Ref got {"Ref":"Stage","Or":"else"}, but takes no member beside it',
    );
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
  it.each([
    ['Fn::Equals', ['a'], '2 to 2'],
    ['Fn::Not', [], '1 to 1'],
    ['Fn::And', [{ Condition: 'IsProd' }], '2 to 10'],
  ])('refuses a condition %s with %j', (name, list, range) => {
    const condition = () => ({ [name]: list });
    expect(() => isTrue('Any', { ...references, condition })).toThrow(`a list of ${range}`);
  });

  it('refuses arguments of the wrong shape, showing them', () => {
    expect(() => resolve({ 'Fn::Select': [5, ['a']] }, references)).toThrow(
      'Fn::Select got [5,["a"]], but takes an index below 1',
    );
  });
});
