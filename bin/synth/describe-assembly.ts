/** What a cloud assembly holds, for a person: which file is which, and how much is in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly artifacts: Readonly<
    Record<string, { readonly type: string; readonly properties?: { templateFile?: string } }>
  >;
}
interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

/** What is worth counting, by the words that people use. */
const counted = {
  functions: 'AWS::Lambda::Function',
  tables: 'AWS::DynamoDB::GlobalTable',
  queues: 'AWS::SQS::Queue',
  'state machines': 'AWS::StepFunctions::StateMachine',
  alarms: 'AWS::CloudWatch::Alarm',
};

export function describeAssembly(dir: string): string {
  const { artifacts } = readJson<Manifest>(join(dir, 'manifest.json'));
  const stacks = Object.values(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
  return [
    ...stacks.flatMap(({ properties }) =>
      describeTemplate(join(dir, `${properties?.templateFile}`)),
    ),
    `${join(dir, 'asset.*')}: the bundled code, a folder a function`,
    `Next: npm run deploy, or npm start -- --assembly ${dir}`,
  ].join('\n');
}

function describeTemplate(path: string): string[] {
  const types = Object.values(readJson<Template>(path).Resources).map(({ Type }) => Type);
  const parts = Object.entries(counted).flatMap(([word, type]) => {
    const count = types.filter((each) => each === type).length;
    return count === 0 ? [] : [`${word} ${count}`];
  });
  return [`${path}: ${types.length} resources (${parts.join(', ')})`];
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
