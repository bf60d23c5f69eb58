/** A small engine whose one role may do what a test says, and nothing else. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createEngine, type Engine } from '../../../local/engine.ts';
import type { LogEntry } from '../../../local/lambda/function-pool.ts';
import {
  anApi,
  aPolicy,
  aQueue,
  assetHash,
  aTable,
  getAtt,
  type Resources,
  removeAssemblies,
  writeAssembly,
} from '../template/assembly.ts';

const handler = `exports.handler = async () => { console.log('here I am'); return {}; };`;

const engines: Engine[] = [];
afterAll(async () => {
  for (const engine of engines) await engine.stop();
  removeAssemblies();
});

export const allow = (Action: string | string[], Resource: unknown = '*') => ({
  ...{ Effect: 'Allow', Action, Resource },
});

/** A machine that calls `Work`, and a rule that tells `Jobs` of its end. */
export const aFlow: Resources = {
  Flow: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      DefinitionString: {
        'Fn::Sub': JSON.stringify({
          QueryLanguage: 'JSONata',
          StartAt: 'Call',
          States: {
            Call: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub is meant
              Arguments: { FunctionName: '${Work.Arn}', Payload: {} },
              End: true,
            },
          },
        }),
      },
      RoleArn: getAtt('Role', 'Arn'),
    },
  },
  Ended: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.states'], detail: { status: ['SUCCEEDED', 'FAILED'] } },
      Targets: [{ Arn: getAtt('Jobs', 'Arn'), Id: 'Target0' }],
    },
  },
};

export const assemblyOf = (resources: Resources): string => {
  const assembly = writeAssembly({ ...anApi(), Orders: aTable(), Jobs: aQueue(), ...resources });
  writeFileSync(join(assembly, `asset.${assetHash}`, 'index.js'), handler);
  return assembly;
};

export async function start(
  statements: readonly object[],
  resources: Resources = {},
): Promise<{ engine: Engine; logs: LogEntry[] }> {
  const logs: LogEntry[] = [];
  const assembly = assemblyOf({ Policy: aPolicy(...statements), ...resources });
  const chaos = { repeat: 0, overtakeMs: 0 };
  const onLog = (entry: LogEntry) => void logs.push(entry);
  const engine = await createEngine({ assembly, kernel: { seed: 1 }, chaos, onLog });
  engines.push(engine);
  return { engine, logs };
}
