/** What the deployed stack says about its token issuer, from the file that `cdk deploy` wrote. */
import { readFileSync } from 'node:fs';
import { NoToken } from './no-token.ts';
import type { Role } from './options.ts';

export interface TokenSource {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly tokenUrl: string;
}

const stackName = 'Everonce';
const clientOutput: Readonly<Record<Role, string>> = {
  customer: 'CustomerClientId',
  operator: 'OperatorClientId',
};

/** Throws `NoToken` for a file that is not there, is not such a file, or knows no user pool. */
export function readTokenSource(path: string, role: Role): TokenSource {
  const outputs = stackOutputs(path);
  if (!outputs.UserPoolId && outputs.ApiUrl)
    throw new NoToken(
      `${path} names no Cognito user pool: the stack was deployed with an issuer of your own ` +
        '(-c jwtIssuer=…), and its tokens come from there',
    );
  const output = (name: string): string => {
    const value = outputs[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new NoToken(`${path} has no output ${name} of the stack ${stackName}: deploy again`);
  };
  return {
    userPoolId: output('UserPoolId'),
    clientId: output(clientOutput[role]),
    tokenUrl: output('TokenUrl'),
  };
}

function stackOutputs(path: string): Readonly<Record<string, unknown>> {
  const stacks = parse(read(path), path);
  const outputs = stacks[stackName];
  if (typeof outputs === 'object' && outputs !== null) return outputs as Record<string, unknown>;
  const names = Object.keys(stacks).join(', ') || 'none';
  throw new NoToken(`${path} has no stack ${stackName}, only ${names}: is it the right file?`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new NoToken(`${path} does not exist: run npm run deploy first, which writes it`);
    throw new NoToken(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function parse(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below: whatever it is, it is no file of outputs.
  }
  throw new NoToken(
    `${path} is not a file of stack outputs: expected JSON as cdk deploy writes it`,
  );
}
