/**
 * Whose call a request is: told by the access key id in its signature, as on AWS. The signature itself
 * is not checked, since the secrets are no secrets here.
 */
import type { HttpCall } from '../gateway/protocol.ts';
import { AwsError, type Caller } from '../gateway/service.ts';
import type { FunctionModel } from '../template/model.ts';

/** The key id that a function finds in its environment. */
export const accessKeyId = ({ name }: Pick<FunctionModel, 'name'>): string => `LOCAL-${name}`;

/** `sender` is who sits at the other end: a function, or whoever uses the local port. */
export type Identify = (http: HttpCall, sender: Caller) => Caller;

/** `Credential=<key id>/<date>/<region>/<service>/aws4_request` */
const credential = /\bCredential=([^/,\s]+)\//;

export function createIdentify(functions: readonly FunctionModel[]): Identify {
  const callers = new Map<string, Caller>(
    functions.map((fn) => [accessKeyId(fn), { name: fn.name, roleArn: fn.roleArn }]),
  );
  return ({ headers }, sender) => {
    const [, keyId] = credential.exec(headers.authorization ?? '') ?? [];
    if (keyId === undefined)
      throw new AwsError(
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
      );
    const caller = callers.get(keyId);
    if (caller) return caller;
    // On the local port a stranger's key is the account's own; inside, no role has it.
    if (sender.roleArn === undefined) return sender;
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  };
}
