/** The command line of `npm run conformance`. */
import { parseArgs } from 'node:util';
import { type Parsed, parsed } from '../command/command-line.ts';

export const usage = `Usage: npm run conformance -- [options]

Asks AWS-shaped endpoints, through the AWS SDK, for what AWS documents of DynamoDB, DynamoDB
Streams, SQS and Step Functions, and prints where they differ. Every case creates what it needs
under a name of its own, conformance-…, and removes it, also after a failure and on Ctrl-C.
Exit status 1 when the first endpoint differs.

  --endpoint URL   Whom to ask, e.g. http://127.0.0.1:3001 of npm start, or of DynamoDB Local or
                   another emulator. Several stand side by side. aws is AWS itself, with your
                   own credentials and region (AWS_PROFILE, AWS_REGION).
                   Default: the engine of this project, started for it
  --only PATTERN   Only cases whose id matches: dynamodb, streams, sqs, states, 'sqs.batch' …
  --role-arn ARN   Role of the state machines, for AWS: one that states.amazonaws.com may assume;
                   it needs no permissions. Default: one that does not exist
  --consent        Needed for aws: yes, create tables, queues and state machines in my account.
                   It is some 60 on-demand tables, 35 queues, 35 machines and 2,000 requests, for
                   well below $0.05 and about 10 minutes
  --json FILE      Write rules, sources and outcomes to FILE.
  --help           Show this.`;

/** AWS itself, among the endpoints. */
export const aws = 'aws';
const anyRole = 'arn:aws:iam::000000000000:role/conformance';

export interface Options {
  /** URLs or `aws`; without any the engine is started. */
  readonly endpoints: readonly string[];
  readonly only: RegExp | undefined;
  readonly roleArn: string;
  readonly json: string | undefined;
}

export function parseOptions(args: readonly string[]): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        endpoint: { type: 'string', multiple: true, default: [] },
        only: { type: 'string' },
        'role-arn': { type: 'string' },
        consent: { type: 'boolean' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    const endpoints = values.endpoint.map(readEndpoint);
    const { 'role-arn': roleArn } = values;
    if (endpoints.includes(aws)) checkConsent(values.consent, roleArn);
    const only = values.only === undefined ? undefined : readPattern(values.only);
    const options = { endpoints, only, roleArn: roleArn ?? anyRole, json: values.json };
    return options;
  });
}

function readEndpoint(text: string): string {
  if (text === aws || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new Error(
    `--endpoint is ${JSON.stringify(text)}, expected a URL like http://127.0.0.1:3001, or aws`,
  );
}

function readPattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    const problem = (cause as Error).message;
    throw new Error(`--only is ${JSON.stringify(text)}, expected a pattern: ${problem}`, { cause });
  }
}

function checkConsent(consent: boolean | undefined, roleArn: string | undefined): void {
  if (!consent)
    throw new Error('--endpoint aws creates what your account pays for: add --consent to agree');
  if (roleArn === undefined)
    throw new Error(
      '--endpoint aws needs --role-arn: state machines on AWS have a role that exists',
    );
}
