import { afterEach, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../../local/template/load.ts';
import { anApi, type Resources, removeAssemblies, writeAssembly } from './assembly.ts';

afterEach(removeAssemblies);

const load = (resources: Resources) => loadAssembly(writeAssembly(resources)).apis[0];
const stage = (properties: Record<string, unknown>): Resources => ({
  ...anApi(),
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      ApiId: { Ref: 'Api' },
      AutoDeploy: true,
      StageName: '$default',
      ...properties,
    },
  },
});

describe('an HTTP API of the template', () => {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
  it("is throttled by the account's quotas where it sets none", () => {
    expect(load(stage({}))?.stageThrottle).toEqual({ ratePerSecond: 10_000, burst: 5000 });
    const half = stage({ DefaultRouteSettings: { ThrottlingRateLimit: 7 } });
    expect(load(half)?.stageThrottle).toEqual({ ratePerSecond: 7, burst: 5000 });
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
  it.each(['$default', 'GET /', 'ANY /{proxy+}', 'POST /a/{b}/c', 'DELETE /a-b.c/{d}/{e+}'])(
    'may have the route %s',
    (RouteKey) => {
      expect(load(anApi({ RouteKey }))?.routes[0]?.key).toBe(RouteKey);
    },
  );

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
  it.each(['GET orders', 'FETCH /', 'GET /{rest+}/more', 'GET /a{b}', 'GET /{}', 'GET /a/'])(
    'is refused with the route %s',
    (RouteKey) => {
      expect(() => load(anApi({ RouteKey }))).toThrow(`RouteKey is ${RouteKey}, but must be`);
    },
  );

  // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html
  it('is refused with two routes of one key', () => {
    const { Route, ...rest } = anApi();
    const twice = { ...rest, Route: Route ?? {}, Again: Route ?? {} };
    expect(() => load(twice)).toThrow(
      'Api (AWS::ApiGatewayV2::Api): it has two routes GET /orders/{id}',
    );
  });

  // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html
  it('is refused with settings for a route it does not have', () => {
    const settings = { RouteSettings: { 'GET /none': { ThrottlingRateLimit: 1 } } };
    expect(() => load(stage(settings))).toThrow('RouteSettings of its stage are for GET /none');
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  it('is refused with more scopes on a route than AWS takes', () => {
    const AuthorizationScopes = Array.from({ length: 11 }, (_, i) => `scope-${i}`);
    expect(() => load(anApi({ AuthorizationScopes }))).toThrow('it has 11 scopes');
  });
});
