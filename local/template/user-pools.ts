/** AWS::Cognito::UserPool and its clients: only who issues tokens and for whom. */
import type { UserPoolModel } from './model.ts';
import type { Resource } from './template.ts';

export function readUserPool(resource: Resource, clients: readonly Resource[]): UserPoolModel {
  const own = clients.filter((client) => clientPool(client) === resource.identity.ref);
  return {
    logicalId: resource.logicalId,
    id: resource.identity.ref,
    issuer: resource.identity.attributes.ProviderURL ?? '',
    clients: Object.fromEntries(own.map(({ logicalId, identity }) => [logicalId, identity.ref])),
  };
}

const clientPool = (client: Resource): string => client.properties().text('UserPoolId');
