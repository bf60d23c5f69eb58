/**
 * The SDK's credential chain as a Lambda function needs it: the environment and nothing else. Bundled
 * in place of `@aws-sdk/credential-provider-node`, whose other sources take a third of every bundle.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = () => fromEnv();
