/** The command line of `npm run token`. */
import { parseArgs } from 'node:util';
import { type Parsed, parsed } from '../command/command-line.ts';

export const usage = `Usage: npm run --silent token -- --as customer|operator [options]

Prints an access token for the deployed API, good for an hour, and nothing else on stdout:

  TOKEN=$(npm run --silent token -- --as customer)

The secret of the client comes from the stack's Cognito user pool, by your AWS credentials
(they need cognito-idp:DescribeUserPoolClient).

  --as WHO         customer: orders, scope everonce/orders
                   operator: products, stock and sales, scope everonce/operator
  --outputs FILE   What npm run deploy wrote. Default: build/outputs.json
  --help           Show this.`;

const roles = ['customer', 'operator'] as const;
export type Role = (typeof roles)[number];

export interface Options {
  readonly role: Role;
  readonly outputsFile: string;
}
export function parseOptions(args: readonly string[]): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        as: { type: 'string' },
        outputs: { type: 'string', default: 'build/outputs.json' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    return { role: readRole(values.as), outputsFile: values.outputs };
  });
}

function readRole(text: string | undefined): Role {
  const role = roles.find((each) => each === text);
  if (role) return role;
  const found = text === undefined ? 'missing' : JSON.stringify(text);
  throw new Error(`--as is ${found}, expected ${roles.join(' or ')}`);
}
