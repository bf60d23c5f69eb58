/** Definitions the engine refuses, and that every refusal says where it found what. */
import { describe, expect, it } from 'vitest';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { parseDefinition } from '../../../local/states/asl.ts';
import { invoke, machineOf, only } from './engine.ts';

const parse = (definition: object) => parseDefinition(machineOf(definition), new VirtualKernel(1));
const task = (more: object) => only(invoke('work', { End: true, ...more }));
const catching = (catchers: object[]) => ({
  StartAt: 'Only',
  States: { Only: invoke('work', { Catch: catchers, End: true }), Next: { Type: 'Succeed' } },
});

describe('definition', () => {
  it('names machine, state and field in a refusal', () => {
    expect(() => parse(task({ ResultPath: '$.x' }))).toThrow(
      'State machine MachineId, state Only, field ResultPath: belongs to JSONPath',
    );
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html ($eval, $states)
  it.each([
    [
      'a JSONPath machine',
      { QueryLanguage: 'JSONPath', ...only({ Type: 'Succeed' }) },
      /QueryLang/,
    ],
    ['a JSONPath state', only({ Type: 'Pass', QueryLanguage: 'JSONPath', End: true }), /JSONata/],
    ['JSONPath input', task({ InputPath: '$.x' }), /InputPath: belongs to JSONPath/],
    ['JSONPath parameters', task({ Parameters: {} }), /Parameters: belongs to JSONPath/],
    ['a JSONPath result selector', task({ ResultSelector: {} }), /ResultSelector: belongs/],
    [
      'ResultPath in a catch',
      catching([{ ErrorEquals: ['A'], Next: 'Next', ResultPath: '$' }]),
      /Catch\[0\]\/ResultPath: belongs/,
    ],
    ['an unknown field', task({ Timeout: 5 }), /Timeout: not known here; known are/],
    ['a field of the machine that is not known', { ...task({}), Foo: 1 }, /field Foo: not known/],
    ['heartbeats', task({ HeartbeatSeconds: 5 }), /HeartbeatSeconds: heartbeats are not/],
    [
      'Parallel',
      only({ Type: 'Parallel', Branches: [], End: true }),
      /Type: "Parallel" is not run/,
    ],
    ['Map', only({ Type: 'Map', End: true }), /Type: "Map" is not run/],
    ['a state without a type', only({ End: true }), /Type: nothing is not run/],
    [
      'an activity',
      task({ Resource: 'arn:aws:states:us-east-1:000000000000:activity:a' }),
      /Resource: .* is not emulated/,
    ],
    [
      'another integration',
      task({ Resource: 'arn:aws:states:::sqs:sendMessage' }),
      /is not emulated/,
    ],
    [
      'a task token',
      task({ Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }),
      /is not emulated/,
    ],
    [
      'no function',
      task({ Arguments: { Payload: {} } }),
      /Arguments\/FunctionName: expected a string/,
    ],
    [
      'an argument that is not emulated',
      task({ Arguments: { FunctionName: 'f', Qualifier: '1' } }),
      /Arguments\/Qualifier: not known/,
    ],
    [
      'a version of a function',
      task({ Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f:1' }),
      /is not emulated/,
    ],
    ['no arguments', task({ Arguments: undefined }), /lambda:invoke needs FunctionName/],
    [
      'a missing target',
      only({ Type: 'Pass', Next: 'Nowhere' }),
      /field Next: there is no state Nowhere/,
    ],
    [
      'a missing start',
      { StartAt: 'Nowhere', States: { A: { Type: 'Succeed' } } },
      /StartAt: there is no state/,
    ],
    [
      'a state nobody reaches',
      { StartAt: 'A', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } },
      /state B, .*no path leads/,
    ],
    ['Next beside End', task({ Next: 'Only' }), /either Next or End/],
    ['neither Next nor End', only({ Type: 'Pass' }), /either Next or End/],
    ['no states', { StartAt: 'A', States: {} }, /at least one state/],
    ['a retrier without errors', task({ Retry: [{ ErrorEquals: [] }] }), /Retry\[0\]\/ErrorEquals/],
    [
      'States.ALL before others',
      task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
      /stands alone and last/,
    ],
    [
      'States.ALL beside others',
      task({ Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] }),
      /stands alone and last/,
    ],
    [
      'a retry in no time',
      task({ Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 0 }] }),
      /IntervalSeconds: expected a whole number from 1/,
    ],
    [
      'a shrinking backoff',
      task({ Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] }),
      /BackoffRate: expected a number from 1/,
    ],
    [
      'an unknown jitter',
      task({ Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'HALF' }] }),
      /expected FULL or NONE, got "HALF"/,
    ],
    [
      'a timeout of nothing',
      task({ TimeoutSeconds: 0 }),
      /TimeoutSeconds: expected a whole number from 1/,
    ],
    [
      'a timeout that is text',
      task({ TimeoutSeconds: '5' }),
      /TimeoutSeconds: expected seconds or an expression/,
    ],
    [
      'a variable named states',
      only({ Type: 'Pass', Assign: { states: 1 }, End: true }),
      /Assign\/states: not a name/,
    ],
    ['a choice without rules', only({ Type: 'Choice', Choices: [] }), /at least one rule/],
    [
      'a condition that is no expression',
      only({ Type: 'Choice', Choices: [{ Condition: 'x', Next: 'Only' }] }),
      /Condition: expected/,
    ],
    ['a wait for nothing', only({ Type: 'Wait', End: true }), /either Seconds or Timestamp/],
    ['$eval', task({ Output: "{% $eval('1') %}" }), /field Output: \$eval is not supported/],
    [
      'an expression that does not parse',
      task({ Output: { a: '{% 1 + %}' } }),
      /field Output\/a: S0207/,
    ],
    [
      'text around an expression',
      task({ Output: 'x {% 1 %}' }),
      /field Output: an expression opens/,
    ],
    [
      'a result before there is one',
      task({ Arguments: { FunctionName: '{% $states.result %}' } }),
      /\$states\.result does not exist here/,
    ],
    [
      'an error output outside of a catch',
      task({ Output: '{% $states.errorOutput %}' }),
      /\$states\.errorOutput does not exist/,
    ],
  ])('refuses %s', (_, definition, message) => {
    expect(() => parse(definition)).toThrow(message);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('keeps defaults and units of a retrier as AWS documents them', () => {
    const { states } = parse(task({ Retry: [{ ErrorEquals: ['A'] }] }));
    expect(states.get('Only')).toMatchObject({
      retriers: [{ intervalMs: 1000, maxAttempts: 3, backoffRate: 2, jitter: 'NONE' }],
    });
  });
});
