/**
 * AWS::Cognito::UserPool and its clients: only who issues tokens and for whom. Nobody signs up or in
 * here, so that what a pool says about its users is AWS's.
 */
import type { UserPoolModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

/** How long the tokens are good that the engine issues; Cognito's default too. */
const lifetimeSeconds = 3600;
const secondsOf = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

interface Client {
  readonly logicalId: string;
  readonly id: string;
  readonly poolId: string;
}

export function readUserPools(
  pools: readonly Resource[],
  clients: readonly Resource[],
): UserPoolModel[] {
  const known = new Set(pools.map(({ identity }) => identity.ref));
  const read = clients.map((client) => readClient(client, known));
  return pools.map((pool) => readUserPool(pool, read));
}

/** `LambdaConfig` is not among them: its functions would change the tokens. */
function readUserPool(resource: Resource, clients: readonly Client[]): UserPoolModel {
  const { logicalId, identity } = resource;
  const properties = resource.properties();
  properties.ignore(
    ...['AccountRecoverySetting', 'AdminCreateUserConfig', 'AliasAttributes'],
    ...['AutoVerifiedAttributes', 'DeletionProtection', 'DeviceConfiguration'],
    ...['EmailAuthenticationMessage', 'EmailAuthenticationSubject', 'EmailConfiguration'],
    ...['EmailVerificationMessage', 'EmailVerificationSubject', 'EnabledMfas', 'MfaConfiguration'],
    ...['Policies', 'Schema', 'SmsAuthenticationMessage', 'SmsConfiguration'],
    ...['SmsVerificationMessage', 'UserAttributeUpdateSettings', 'UsernameAttributes'],
    ...['UsernameConfiguration', 'UserPoolAddOns', 'UserPoolName', 'UserPoolTags', 'UserPoolTier'],
    ...['VerificationMessageTemplate', 'WebAuthnRelyingPartyID', 'WebAuthnUserVerification'],
  );
  properties.finish();
  const own = clients.filter(({ poolId }) => poolId === identity.ref);
  return {
    logicalId,
    id: identity.ref,
    issuer: identity.attributes.ProviderURL ?? '',
    clients: Object.fromEntries(own.map((client) => [client.logicalId, client.id])),
  };
}

function readClient(resource: Resource, pools: ReadonlySet<string>): Client {
  const properties = resource.properties();
  properties.ignore(
    ...['AllowedOAuthFlows', 'AllowedOAuthFlowsUserPoolClient', 'AllowedOAuthScopes'],
    ...['AnalyticsConfiguration', 'AuthSessionValidity', 'CallbackURLs', 'ClientName'],
    ...['DefaultRedirectURI', 'EnablePropagateAdditionalUserContextData', 'EnableTokenRevocation'],
    ...['ExplicitAuthFlows', 'GenerateSecret', 'IdTokenValidity', 'LogoutURLs'],
    ...['PreventUserExistenceErrors', 'ReadAttributes', 'RefreshTokenRotation'],
    ...['RefreshTokenValidity', 'SupportedIdentityProviders', 'WriteAttributes'],
  );
  checkLifetime(properties);
  const poolId = properties.text('UserPoolId');
  properties.finish();
  if (!pools.has(poolId)) properties.fail(`its user pool ${poolId} is not in this template`);
  return { logicalId: resource.logicalId, id: resource.identity.ref, poolId };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
function checkLifetime(properties: Properties): void {
  const validity = properties.optionalNumber('AccessTokenValidity', { min: 1, max: 86_400 });
  const units = properties.optionalObject('TokenValidityUnits');
  units?.ignore('IdToken', 'RefreshToken');
  const unit = units?.only('AccessToken', 'hours', 'seconds', 'minutes', 'days') ?? 'hours';
  if (validity === undefined || validity * secondsOf[unit] === lifetimeSeconds) return;
  properties.fail(
    `its access tokens are good for ${validity} ${unit}, but those of the local engine for one hour`,
  );
}
