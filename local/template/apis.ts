/**
 * AWS::ApiGatewayV2: an HTTP API with its routes, Lambda integrations, JWT authorizers and its
 * `$default` stage, joined into one model per API.
 */
import type { ApiModel, FunctionModel, RouteModel, ThrottleModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

export interface ApiParts {
  readonly routes: readonly Resource[];
  readonly integrations: readonly Resource[];
  readonly authorizers: readonly Resource[];
  readonly stages: readonly Resource[];
  readonly functions: readonly FunctionModel[];
}

/** An account's quota, where the template sets none: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const accountThrottle: ThrottleModel = { ratePerSecond: 10_000, burst: 5000 };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const mostRoutes = 300;
const mostAudiences = 50;
const mostScopes = 10;

const routeKey =
  /^(\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (\/|(\/([^\s/{}]+|\{[^\s/{}+]+\}))*(\/\{[^\s/{}+]+\+\})?))$/;

interface Stage {
  readonly throttle: ThrottleModel;
  readonly routeThrottles: ReadonlyMap<string, ThrottleModel | undefined>;
}
type Integration = Pick<RouteModel, 'functionName' | 'integrationTimeoutMs'>;
type Issuer = Omit<NonNullable<RouteModel['authorizer']>, 'scopes'>;

export function readApis(apis: readonly Resource[], parts: ApiParts): ApiModel[] {
  const known = new Set(apis.map(({ identity }) => identity.ref));
  for (const part of [parts.routes, parts.integrations, parts.authorizers, parts.stages].flat()) {
    const id = part.properties().text('ApiId');
    if (!known.has(id)) part.properties().fail(`its API ${id} is not in this template`);
  }
  return apis.map((api) => readApi(api, parts));
}

function readApi(resource: Resource, parts: ApiParts): ApiModel {
  const properties = resource.properties();
  properties.ignore('Name', 'Description', 'Tags');
  properties.must('ProtocolType', 'HTTP');
  properties.only('DisableExecuteApiEndpoint', false);
  properties.finish();
  const id = resource.identity.ref;
  const own = (others: readonly Resource[]) =>
    others.filter((other) => other.properties().text('ApiId') === id);
  const [stage, ...others] = own(parts.stages).map(readStage);
  if (!stage || others.length > 0)
    return properties.fail('needs exactly one stage, and it must be $default');
  const integrations = byRef(own(parts.integrations), (part) =>
    readIntegration(part, parts.functions),
  );
  const authorizers = byRef(own(parts.authorizers), readAuthorizer);
  const routes = own(parts.routes).map((route) =>
    readRoute(route, integrations, authorizers, stage),
  );
  checkRoutes(properties, routes, stage);
  return {
    logicalId: resource.logicalId,
    id,
    url: resource.identity.attributes.ApiEndpoint ?? '',
    routes,
    stageThrottle: stage.throttle,
  };
}

/** What AWS refuses at deployment. */
function checkRoutes(properties: Properties, routes: readonly RouteModel[], stage: Stage): void {
  const keys = routes.map(({ key }) => key);
  const repeated = keys.find((key, index) => keys.indexOf(key) < index);
  if (repeated !== undefined) properties.fail(`it has two routes ${repeated}`);
  const unknown = [...stage.routeThrottles.keys()].find((key) => !keys.includes(key));
  if (unknown !== undefined)
    properties.fail(`RouteSettings of its stage are for ${unknown}, which is none of its routes`);
  if (routes.length > mostRoutes)
    properties.fail(`it has ${routes.length} routes, but an API has at most ${mostRoutes}`);
}

const byRef = <T>(resources: readonly Resource[], read: (resource: Resource) => T) =>
  new Map(resources.map((resource) => [resource.identity.ref, read(resource)]));

function readRoute(
  resource: Resource,
  integrations: ReadonlyMap<string, Integration>,
  authorizers: ReadonlyMap<string, Issuer>,
  stage: Stage,
): RouteModel {
  const properties = resource.properties();
  properties.ignore('ApiId', 'OperationName');
  const key = properties.text('RouteKey');
  if (!routeKey.test(key))
    properties.fail(
      `RouteKey is ${key}, but must be $default or like GET /path/{variable} or ANY /{rest+}`,
    );
  const target = properties.text('Target');
  const integration = integrations.get(target.replace(/^integrations\//, ''));
  if (!integration)
    return properties.fail(`its target ${target} is not an integration of this API`);
  const authorizer = authorizerOf(properties, authorizers);
  properties.finish();
  const throttle = stage.routeThrottles.get(key);
  return { logicalId: resource.logicalId, key, ...integration, authorizer, throttle };
}

function authorizerOf(
  properties: Properties,
  authorizers: ReadonlyMap<string, Issuer>,
): RouteModel['authorizer'] {
  const type = properties.only('AuthorizationType', 'NONE', 'JWT');
  const id = properties.optionalText('AuthorizerId');
  const scopes = properties.texts('AuthorizationScopes');
  if (scopes.length > mostScopes)
    properties.fail(`it has ${scopes.length} scopes, but a route has at most ${mostScopes}`);
  if (type === 'NONE') return undefined;
  const issuer = authorizers.get(id ?? '');
  if (!issuer) return properties.fail(`its authorizer ${id} is not an authorizer of this API`);
  return { ...issuer, scopes };
}

function readIntegration(resource: Resource, functions: readonly FunctionModel[]): Integration {
  const properties = resource.properties();
  properties.ignore('ApiId', 'Description');
  properties.must('IntegrationType', 'AWS_PROXY');
  properties.only('IntegrationMethod', 'POST');
  properties.only('ConnectionType', 'INTERNET');
  const format = properties.text('PayloadFormatVersion');
  if (format !== '2.0') properties.fail(`PayloadFormatVersion is ${format}, but must be 2.0`);
  const uri = properties.text('IntegrationUri');
  const called = functions.find(({ arn }) => arn === uri);
  if (!called) return properties.fail(`IntegrationUri ${uri} is not a function of this template`);
  const integrationTimeoutMs = properties.number('TimeoutInMillis', {
    min: 50,
    max: 30_000,
    otherwise: 30_000,
  });
  properties.finish();
  return { functionName: called.name, integrationTimeoutMs };
}

function readAuthorizer(resource: Resource): Issuer {
  const properties = resource.properties();
  properties.ignore('ApiId', 'Name');
  properties.must('AuthorizerType', 'JWT');
  const source = properties.texts('IdentitySource');
  if (source.length !== 1 || source[0]?.toLowerCase() !== '$request.header.authorization')
    properties.fail(`IdentitySource is ${source}, but must be $request.header.Authorization`);
  const jwt = properties.object('JwtConfiguration');
  const issuer = { issuer: jwt.text('Issuer'), audience: jwt.texts('Audience') };
  const audiences = issuer.audience.length;
  if (audiences < 1 || audiences > mostAudiences)
    properties.fail(
      `JwtConfiguration.Audience has ${audiences} entries, but must have 1 to ${mostAudiences}`,
    );
  properties.finish();
  return issuer;
}

function readStage(resource: Resource): Stage {
  const properties = resource.properties();
  properties.ignore('ApiId', 'AccessLogSettings', 'Description', 'Tags');
  properties.must('StageName', '$default');
  if (!properties.flag('AutoDeploy', false))
    properties.fail('AutoDeploy is off: the engine has no deployments and shows every route');
  const routes = properties.optionalObject('RouteSettings');
  const stage: Stage = {
    throttle: throttleOf(properties.optionalObject('DefaultRouteSettings')) ?? accountThrottle,
    routeThrottles: new Map(
      routes?.names().map((key) => [key, throttleOf(routes.object(key))] as const),
    ),
  };
  properties.finish();
  return stage;
}

function throttleOf(settings: Properties | undefined): ThrottleModel | undefined {
  if (!settings) return undefined;
  settings.ignore('DetailedMetricsEnabled');
  const bounds = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const ratePerSecond = settings.optionalNumber('ThrottlingRateLimit', {
    ...bounds,
    isFractional: true,
  });
  const burst = settings.optionalNumber('ThrottlingBurstLimit', bounds);
  if (ratePerSecond === undefined && burst === undefined) return undefined;
  return {
    ratePerSecond: ratePerSecond ?? accountThrottle.ratePerSecond,
    burst: burst ?? accountThrottle.burst,
  };
}
