/** AWS::StepFunctions::StateMachine, Standard; what its definition says is checked elsewhere. */
import type { MachineModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

export function readMachine(resource: Resource): MachineModel {
  const properties = resource.properties();
  properties.ignore('StateMachineName', 'Tags', 'TracingConfiguration');
  const machine: MachineModel = {
    logicalId: resource.logicalId,
    name: resource.name,
    arn: resource.identity.ref,
    roleArn: properties.text('RoleArn'),
    isLogged: isLogged(properties),
    type: properties.only('StateMachineType', 'STANDARD'),
    definition: definitionOf(properties),
  };
  properties.finish();
  return machine;
}

function isLogged(properties: Properties): boolean {
  const logging = properties.optionalObject('LoggingConfiguration');
  if (!logging) return false;
  logging.flag('IncludeExecutionData', false);
  const isOn = logging.only('Level', 'OFF', 'ALL', 'ERROR', 'FATAL') !== 'OFF';
  const groups = logging
    .objects('Destinations')
    .map((each) => each.object('CloudWatchLogsLogGroup').text('LogGroupArn'));
  if (isOn && groups.length !== 1)
    properties.fail(`LoggingConfiguration has ${groups.length} destinations, but needs one`);
  return isOn;
}

function definitionOf(properties: Properties): unknown {
  const text = properties.text('DefinitionString');
  try {
    return JSON.parse(text);
  } catch (cause) {
    return properties.fail(`DefinitionString is not JSON: ${(cause as Error).message}`);
  }
}
