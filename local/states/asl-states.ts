/** Reads one state of a definition. Which targets exist is not its business. */
import { readTask } from './asl-task.ts';
import type {
  ChoiceState,
  FailState,
  PassState,
  State,
  SucceedState,
  WaitState,
} from './definition.ts';
import { DefinitionError, Fields, isObject, type Place, show } from './fields.ts';
import type { Compile, Template } from './jsonata.ts';
import { StateFields } from './state-fields.ts';

const common = ['Type', 'Comment', 'QueryLanguage'];
const leaving = ['Output', 'Assign'];
const going = ['Next', 'End'];

const fieldsOf: Readonly<Record<State['type'], readonly string[]>> = {
  Task: [
    ...common,
    ...leaving,
    ...going,
    ...['Resource', 'Arguments', 'TimeoutSeconds', 'Retry', 'Catch'],
  ],
  Pass: [...common, ...leaving, ...going],
  Choice: [...common, ...leaving, 'Choices', 'Default'],
  Wait: [...common, ...leaving, ...going, 'Seconds', 'Timestamp'],
  Succeed: [...common, 'Output'],
  Fail: [...common, 'Error', 'Cause'],
};

export function readState(place: Place, value: unknown, compile: Compile): State {
  const type = isObject(value) ? value.Type : undefined;
  if (!isType(type)) {
    const known = Object.keys(fieldsOf).join(', ');
    throw new DefinitionError(place, 'Type', `${show(type)} is not run; the engine runs ${known}`);
  }
  const fields = new Fields(place, '', value, fieldsOf[type]);
  const language = fields.value('QueryLanguage') ?? 'JSONata';
  if (language !== 'JSONata')
    fields.fail('QueryLanguage', `expected JSONata, got ${show(language)}`);
  return readers[type](new StateFields(fields, place.state ?? '', compile));
}

const isType = (type: unknown): type is State['type'] =>
  typeof type === 'string' && Object.hasOwn(fieldsOf, type);

const readers: Readonly<Record<State['type'], (state: StateFields) => State>> = {
  Task: readTask,
  Pass: readPass,
  Choice: readChoice,
  Wait: readWait,
  Succeed: readSucceed,
  Fail: readFail,
};

function readPass(state: StateFields): PassState {
  const { name } = state;
  return { type: 'Pass', name, ...state.leaving(['input', 'context']), next: state.next() };
}

function readSucceed(state: StateFields): SucceedState {
  const { name } = state;
  return { type: 'Succeed', name, ...state.leaving(['input', 'context']), next: undefined };
}

function readFail(state: StateFields): FailState {
  const { name } = state;
  return {
    type: 'Fail',
    name,
    error: state.textTemplate('Error'),
    cause: state.textTemplate('Cause'),
  };
}

function readWait(state: StateFields): WaitState {
  const { name, fields } = state;
  if (fields.has('Seconds') === fields.has('Timestamp')) {
    fields.fail('Seconds', 'a Wait has either Seconds or Timestamp');
  }
  const seconds = state.secondsTemplate('Seconds', 0);
  const value = seconds ?? state.textTemplate('Timestamp');
  if (!value) return fields.fail('Timestamp', 'expected a timestamp');
  const until = { kind: seconds ? 'seconds' : 'timestamp', value } as const;
  const rest = { ...state.leaving(['input', 'context']), next: state.next() };
  return { type: 'Wait', name, until, ...rest };
}

function readChoice(state: StateFields): ChoiceState {
  const { name, fields } = state;
  const choices = fields.list('Choices');
  if (choices.length === 0) fields.fail('Choices', 'expected at least one rule');
  const known = ['Condition', 'Next', 'Output', 'Assign', 'Comment'];
  const rules = choices.map((value, at) => {
    const rule = state.inner(`Choices[${at}]/`, value, known);
    const condition = rule.template('Condition', ['input', 'context']);
    if (condition?.kind !== 'expression' && typeof rule.fields.value('Condition') !== 'boolean') {
      return rule.fields.fail('Condition', 'expected {% an expression %}');
    }
    const next = rule.fields.text('Next');
    return { condition: condition as Template, ...rule.leaving(['input', 'context']), next };
  });
  const fallback = fields.optionalText('Default');
  return { type: 'Choice', name, rules, fallback, ...state.leaving(['input', 'context']) };
}
