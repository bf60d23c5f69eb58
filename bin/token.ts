/** `npm run token`: an access token of the deployed stack. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { main } from './token/main.ts';

process.exitCode = await main(process.argv.slice(2), {
  fetch: globalThis.fetch,
  cognito: (region) => new CognitoIdentityProviderClient({ region }),
  out: (line) => console.log(line),
  error: (line) => console.error(line),
});
