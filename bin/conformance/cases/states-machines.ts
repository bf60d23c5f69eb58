/** State machines: created, described, checked, deleted. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { eventually, refusal } from '../expect.ts';
import { definitionOf, type Scratch } from '../scratch.ts';

const api = 'https://docs.aws.amazon.com/step-functions/latest/apireference';

const pass = { Start: { Type: 'Pass', End: true } };
const wait = { Start: { Type: 'Wait', Seconds: 600, End: true } };

const passMachine = (scratch: Scratch) => scratch.machine(pass);

export const machineCases: readonly Case[] = [
  {
    id: 'states.machine-described',
    rule: 'A machine is described with its definition as it was given, role and type.',
    source: `${api}/API_DescribeStateMachine.html`,
    async run({ states }, scratch) {
      const stateMachineArn = await passMachine(scratch);
      const found = await states.describeStateMachine({ stateMachineArn });
      assert.equal(found.definition, definitionOf(pass));
      assert.deepEqual(
        [found.status, found.type, found.roleArn],
        ['ACTIVE', 'STANDARD', scratch.roleArn],
      );
    },
  },
  {
    id: 'states.machine-created-again',
    rule: 'Creating a machine again as it is answers the same ARN, with another definition an error.',
    source: `${api}/API_CreateStateMachine.html`,
    async run({ states }, scratch) {
      const stateMachineArn = await passMachine(scratch);
      const { name } = await states.describeStateMachine({ stateMachineArn });
      const { roleArn } = scratch;
      const again = await states.createStateMachine({
        name,
        roleArn,
        definition: definitionOf(pass),
      });
      assert.equal(again.stateMachineArn, stateMachineArn);
      const other = states.createStateMachine({ name, roleArn, definition: definitionOf(wait) });
      await refusal(other, 'StateMachineAlreadyExists');
    },
  },
  {
    id: 'states.definition-checked',
    rule: 'A definition that leads to a state that is not there is refused.',
    source: `${api}/API_CreateStateMachine.html`,
    async run(_clients, scratch) {
      const lost = scratch.machine({ Start: { Type: 'Pass', Next: 'Nowhere' } });
      await refusal(lost, 'InvalidDefinition');
    },
  },
  {
    id: 'states.machine-unknown',
    rule: 'A machine that is not there is refused with StateMachineDoesNotExist.',
    source: `${api}/API_StartExecution.html`,
    async run({ states }, scratch) {
      const there = await passMachine(scratch);
      const stateMachineArn = there.replace(/[^:]+$/, scratch.name());
      await refusal(states.startExecution({ stateMachineArn }), 'StateMachineDoesNotExist');
    },
  },
  {
    id: 'states.machine-deleted',
    rule: 'A deleted machine is gone in time.',
    source: `${api}/API_DeleteStateMachine.html`,
    async run({ states }, scratch) {
      const stateMachineArn = await passMachine(scratch);
      await states.deleteStateMachine({ stateMachineArn });
      const describe = () => states.describeStateMachine({ stateMachineArn });
      await eventually(
        'StateMachineDoesNotExist',
        () =>
          describe().then(
            () => '',
            ({ name }: Error) => name,
          ),
        (name) => name === 'StateMachineDoesNotExist',
        60_000,
      );
    },
  },
];
