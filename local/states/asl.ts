/**
 * A state machine's definition, checked: JSONata only, and only the states and fields the
 * interpreter runs. Anything else is refused with machine, state and field.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { MachineModel } from '../template/model.ts';
import { readState } from './asl-states.ts';
import { type Definition, maxSeconds, type State } from './definition.ts';
import { DefinitionError, Fields, type Place } from './fields.ts';
import { type Compile, createCompiler, ExpressionRefused } from './jsonata.ts';

const knownFields = ['QueryLanguage', 'Comment', 'Version', 'StartAt', 'States', 'TimeoutSeconds'];

export function parseDefinition(machine: MachineModel, kernel: Kernel): Definition {
  const place: Place = { machine: machine.logicalId };
  const top = new Fields(place, '', machine.definition, knownFields);
  if (top.value('QueryLanguage') !== 'JSONata') {
    top.fail('QueryLanguage', `expected JSONata, got ${top.value('QueryLanguage') ?? 'JSONPath'}`);
  }
  const states = readStates(top, createCompiler(kernel));
  const startAt = top.text('StartAt');
  if (!states.has(startAt)) top.fail('StartAt', `there is no state ${startAt}`);
  checkTransitions(place, startAt, states);
  const timeoutSeconds = top.number('TimeoutSeconds', { min: 1, max: maxSeconds }, undefined);
  return { startAt, states, timeoutMs: timeoutSeconds && timeoutSeconds * 1000 };
}

function readStates(top: Fields, compile: Compile): Map<string, State> {
  const states = new Map<string, State>();
  const all = top.value('States');
  const names = Object.keys(all ?? {});
  if (names.length === 0) top.fail('States', 'expected at least one state');
  const entries = new Fields(top.place, 'States/', all, names);
  for (const name of names) {
    if (name.length > 80) entries.fail(name, 'a state name has at most 80 characters');
    const place = { ...top.place, state: name };
    states.set(
      name,
      refusing(place, () => readState(place, entries.value(name), compile)),
    );
  }
  return states;
}

/** Says where in the template the refused expression stands. */
function refusing<T>(place: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ExpressionRefused)) throw error;
    throw new DefinitionError(place, error.field, error.message);
  }
}

/** Every target exists and every state can be reached, as AWS demands. */
function checkTransitions(place: Place, startAt: string, states: ReadonlyMap<string, State>): void {
  const reached = new Set([startAt]);
  for (const name of reached) {
    const state = states.get(name);
    for (const { field, target } of state ? targetsOf(state) : []) {
      if (!states.has(target)) {
        throw new DefinitionError({ ...place, state: name }, field, `there is no state ${target}`);
      }
      reached.add(target);
    }
  }
  for (const name of states.keys()) {
    if (reached.has(name)) continue;
    throw new DefinitionError({ ...place, state: name }, 'States', 'no path leads to this state');
  }
}

function targetsOf(state: State): { field: string; target: string }[] {
  const targets: { field: string; target: string | undefined }[] = [];
  if (state.type === 'Choice') {
    state.rules.forEach(({ next }, at) => {
      targets.push({ field: `Choices[${at}]/Next`, target: next });
    });
    targets.push({ field: 'Default', target: state.fallback });
  } else if (state.type !== 'Fail') {
    targets.push({ field: 'Next', target: state.next });
  }
  if (state.type === 'Task') {
    state.catchers.forEach(({ next }, at) => {
      targets.push({ field: `Catch[${at}]/Next`, target: next });
    });
  }
  return targets.flatMap(({ field, target }) => (target === undefined ? [] : [{ field, target }]));
}
