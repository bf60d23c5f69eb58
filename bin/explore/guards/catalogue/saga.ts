/** Guards of the machine: what is decided, undone and parked, and in which order. */
import type { Guard, TemplateEdit } from '../guard.ts';
import { editMachine, forwardNames, type Machine, state, undoNames } from '../template-edits.ts';

const machine = (edit: (definition: Machine) => void): TemplateEdit => ({
  template: (body) => editMachine(body, edit),
});

const undoEnd = 'IsAnythingParked';
const input = '{% $states.input %}';

/** The abort decision's successor is told which step failed, and undoes those before it. */
function undoEarlierSteps(definition: Machine): void {
  const undo = undoNames(definition);
  forwardNames(definition).forEach((name, index) => {
    const step = state(definition, name);
    step.Catch = step.Catch?.map((each) => ({ ...each, Assign: { failed: name } })) ?? [];
    const Next = undo[undo.length - index] ?? undoEnd;
    const Condition = `{% $failed = "${name}" %}`;
    state(definition, 'IsConfirmed').Choices?.push({ Condition, Next });
  });
}

function undoInOrderOfActions(definition: Machine): void {
  const undo = undoNames(definition).reverse();
  undo.forEach((name, index) => {
    const Next = undo[index + 1] ?? undoEnd;
    const park = state(definition, `Park${name}`);
    state(definition, name).Next = Next;
    park.Next = Next;
    park.Catch = park.Catch?.map((each) => ({ ...each, Next })) ?? [];
  });
  Object.assign(state(definition, 'IsConfirmed'), { Default: undo[0] });
}

function giveUpSilently(definition: Machine): void {
  for (const name of undoNames(definition)) {
    const compensation = state(definition, name);
    const Next = compensation.Next ?? undoEnd;
    compensation.Catch = [{ ErrorEquals: ['States.ALL'], Output: input, Next }];
    delete definition.States[`Park${name}`];
  }
}

function undoBeforeDeciding(definition: Machine): void {
  const [Next = undoEnd] = undoNames(definition);
  const Assign = { parked: false };
  const [failing] = forwardNames(definition);
  const abort = state(definition, failing ?? '').Catch?.[0]?.Next ?? '';
  for (const name of forwardNames(definition)) {
    const step = state(definition, name);
    step.Catch = step.Catch?.map((each) => ({ ...each, Assign, Next })) ?? [];
  }
  for (const name of [abort, 'IsConfirmed', 'ConfirmedElsewhere']) delete definition.States[name];
}

export const sagaGuards: readonly Guard[] = [
  {
    id: 'g19c',
    name: 'an execution that finds the order confirmed undoes nothing',
    expects: ['V16', 'V13', 'V10'],
    edits: [
      machine((definition) => {
        state(definition, 'IsConfirmed').Choices = [
          { Condition: '{% $states.input.decision = "" %}', Next: 'ConfirmedElsewhere' },
        ];
      }),
    ],
    hint: "confirm happens and its answer is lost until the task's tries are used up",
  },
  {
    id: 'g20',
    name: 'the step that failed is undone too',
    expects: ['V11', 'V13', 'V9'],
    edits: [machine(undoEarlierSteps)],
    hint: "a step happens and its answer is lost until the task's tries are used up",
  },
  {
    id: 'g21',
    name: 'what was done last is undone first',
    expects: ['V17'],
    edits: [machine(undoInOrderOfActions)],
    hint: 'an undeliverable address',
  },
  {
    id: 'g30a',
    name: 'a compensation that gives up is parked',
    expects: ['V13', 'V20', 'V11'],
    edits: [machine(giveUpSilently)],
    hint: 'the payment provider is out for an hour while a shipment is refused',
  },
  {
    id: 'g30b',
    name: 'parking raises an alarm',
    expects: ['V13', 'V5'],
    edits: [
      {
        file: 'lambdas/adapters/dynamo-parking-lot.ts',
        find: '      countParked(entry, service);\n',
        replace: '',
      },
    ],
    hint: 'whatever parks: the payment provider is out for an hour while a shipment is refused',
  },
  {
    id: 'g47',
    name: 'a task waits longer than its function runs',
    expects: [],
    edits: [
      machine(({ States }) => {
        for (const each of Object.values(States)) if (each.Type === 'Task') each.TimeoutSeconds = 3;
      }),
    ],
    hint: 'Fences hold when a compensation runs beside its live action.',
    defenceInDepth: true,
  },
  {
    id: 'p39',
    name: 'nothing is undone before the decision to abort',
    expects: ['V20', 'V13', 'V16'],
    edits: [machine(undoBeforeDeciding)],
    hint: 'a declined payment: the order stays pending',
  },
  {
    id: 'p40',
    name: 'a step that a blip met is tried again',
    expects: ['reasons'],
    edits: [
      machine((definition) => {
        for (const name of forwardNames(definition)) delete state(definition, name).Retry;
      }),
    ],
    hint: 'any fault of a step that a retry can cure rejects the order',
  },
  {
    id: 'p41',
    name: 'a compensation that a blip met is tried again',
    expects: ['V5'],
    edits: [
      machine((definition) => {
        for (const name of undoNames(definition)) delete state(definition, name).Retry;
      }),
    ],
    hint: 'any fault of a compensation that a retry can cure parks it',
  },
];
