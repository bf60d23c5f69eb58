/** The template as edits see it: resources by type, the functions of entries, the state machine. */
import { GuardMoved } from './guard.ts';

export type Json = Record<string, unknown>;
export interface Resource {
  readonly Type: string;
  readonly Properties: Json;
}
export interface TemplateBody {
  readonly Resources: Record<string, Resource>;
}

export const resourcesOf = ({ Resources }: TemplateBody, type: string): Resource[] =>
  Object.values(Resources).filter((resource) => resource.Type === type);

/** Lets an entry read the rows that it may write. */
export function letRead(body: TemplateBody, entry: string): void {
  const [roleId] =
    Object.entries(body.Resources).find(
      ([, { Type, Properties }]) =>
        Type === 'AWS::IAM::Role' && String(Properties.Description).startsWith(`${entry}:`),
    ) ?? [];
  const policies = resourcesOf(body, 'AWS::IAM::Policy').filter(({ Properties }) =>
    (Properties.Roles as Json[]).some(({ Ref }) => Ref === roleId),
  );
  for (const { Properties } of policies)
    for (const statement of (Properties.PolicyDocument as { Statement: Json[] }).Statement) {
      const actions = [statement.Action].flat();
      if (actions.includes('dynamodb:PutItem')) statement.Action = [...actions, 'dynamodb:GetItem'];
    }
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Output?: string;
  readonly Assign?: Json;
}

export interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  TimeoutSeconds?: number;
  Output?: string;
  Retry?: Json[];
  Catch?: Catcher[];
  Choices?: { Condition: string; Next: string }[];
}

export interface Machine {
  readonly StartAt: string;
  readonly States: Record<string, State>;
}

/** Lets `edit` change the one state machine of the template. */
export function editMachine(body: TemplateBody, edit: (machine: Machine) => void): void {
  const [machine, another] = resourcesOf(body, 'AWS::StepFunctions::StateMachine');
  if (!machine || another) throw new GuardMoved('expected one state machine in the template');
  const [text, references] = textOf(machine.Properties.DefinitionString);
  const definition = JSON.parse(text) as Machine;
  edit(definition);
  machine.Properties.DefinitionString = joined(JSON.stringify(definition), references);
}

/** The definition with a placeholder for each reference: these stand inside of its strings. */
function textOf(definition: unknown): [string, unknown[]] {
  const [, parts] = (definition as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  const references = parts.filter((part) => typeof part !== 'string');
  const text = parts.map((part) =>
    typeof part === 'string' ? part : `⟦${references.indexOf(part)}⟧`,
  );
  return [text.join(''), references];
}

function joined(text: string, references: readonly unknown[]): Json {
  const parts = text
    .split(/⟦(\d+)⟧/)
    .map((part, index) => (index % 2 === 0 ? part : references[Number(part)]));
  return { 'Fn::Join': ['', parts] };
}

export const state = ({ States }: Machine, name: string): State => {
  const found = States[name];
  if (!found) throw new GuardMoved(`the machine has no state ${name}`);
  return found;
};

/** Names of the actions in their order, the commit decision last. */
export function forwardNames(machine: Machine): string[] {
  const names: string[] = [];
  for (let name: string | undefined = machine.StartAt; name; name = state(machine, name).Next)
    names.push(name);
  return names;
}

/** Names of the compensations in their order. */
export function undoNames(machine: Machine): string[] {
  const names: string[] = [];
  let name = state(machine, 'IsConfirmed').Default;
  for (; name && state(machine, name).Type === 'Task'; name = state(machine, name).Next)
    names.push(name);
  return names;
}
