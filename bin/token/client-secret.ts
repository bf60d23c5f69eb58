/** The secret of a client, which only the user pool knows: read with the caller's AWS credentials. */
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { NoToken } from './no-token.ts';
import type { TokenSource } from './stack-outputs.ts';

/** `us-east-1_Ab12Cd34` lies in us-east-1, whatever region the caller's profile prefers. */
export function regionOf({ userPoolId }: TokenSource): string {
  const [region, id] = userPoolId.split('_');
  if (region && id) return region;
  throw new NoToken(`the user pool id is ${JSON.stringify(userPoolId)}, expected <region>_<id>`);
}

export async function readClientSecret(
  cognito: Pick<CognitoIdentityProviderClient, 'send'>,
  { userPoolId, clientId }: TokenSource,
): Promise<string> {
  const command = new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId });
  const { UserPoolClient } = await cognito.send(command).catch((error: Error) => {
    throw new NoToken(explain(error, userPoolId), { cause: error });
  });
  if (UserPoolClient?.ClientSecret) return UserPoolClient.ClientSecret;
  throw new NoToken(`the client ${clientId} of the user pool ${userPoolId} has no secret`);
}

function explain({ name, message }: Error, userPoolId: string): string {
  switch (name) {
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return `there are no AWS credentials: set AWS_PROFILE, or log in with aws login (${message})`;
    case 'ExpiredTokenException':
    case 'UnrecognizedClientException':
      return `AWS does not accept the credentials: ${message}`;
    case 'AccessDeniedException':
      return `the AWS credentials lack cognito-idp:DescribeUserPoolClient: ${message}`;
    case 'ResourceNotFoundException':
      return `the user pool ${userPoolId} or its client is gone: deploy again (${message})`;
    default:
      return `the user pool ${userPoolId} could not be asked: ${name}: ${message}`;
  }
}
