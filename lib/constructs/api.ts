/** HTTP API: one function a route, a JWT with a scope on each, throttling and an access log. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  type CfnStage,
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { pascalCase } from './pascal-case.ts';
import { PipelineFunction } from './pipeline-function.ts';

export interface ApiRoute {
  /** `GET /orders/{id}`; `$default` catches what no other route does. */
  readonly key: string;
  /** File name in `lambdas/`; several routes may share one. */
  readonly entry: string;
  /** Any of these lets a token in. @default the route needs no token */
  readonly scopes?: readonly string[];
  /** Below the 29 s after which API Gateway answers 503 by itself. @default 10 s */
  readonly timeout?: Duration;
  readonly reservedConcurrency?: number;
}

export interface ApiProps {
  readonly routes: readonly ApiRoute[];
  /** `iss` of the tokens that are accepted. */
  readonly issuer: string;
  /** `aud`, or `client_id`, of the tokens that are accepted. */
  readonly audience: readonly string[];
}

/** Requests per second and burst of the whole stage: the default account limit has ten times as much. */
const throttle = { rateLimit: 1000, burstLimit: 2000 };
const longestTimeout = Duration.seconds(25);

export class Api extends Construct {
  readonly api: HttpApi;
  readonly url: string;
  readonly #functions = new Map<string, PipelineFunction>();

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Http', { createDefaultStage: false });
    const authorizer = new HttpJwtAuthorizer('Jwt', props.issuer, {
      jwtAudience: [...props.audience],
    });
    for (const route of props.routes) {
      const { scopes } = route;
      const created = new HttpRoute(this, `${routeId(route.key)}Route`, {
        httpApi: this.api,
        routeKey: routeKey(route.key),
        integration: new HttpLambdaIntegration(
          `${routeId(route.key)}Call`,
          this.#functionOf(route),
        ),
        authorizer: scopes ? authorizer : new HttpNoneAuthorizer(),
        ...(scopes && { authorizationScopes: scopes.flatMap((s) => [s, `everonce/${s}`]) }),
      });
      if (!scopes)
        Validations.of(created).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason:
            'says what the API is, or that there is no such route, to anybody: no data behind it',
        });
    }
    this.url = this.#addStage().url;
  }

  /** The function behind an entry, to grant it what it needs. */
  function(entry: string): PipelineFunction {
    const found = this.#functions.get(entry);
    if (!found) throw new Error(`${this.node.path}: no route has the entry ${entry}`);
    return found;
  }

  get functions(): PipelineFunction[] {
    return [...this.#functions.values()];
  }

  #functionOf({
    entry,
    timeout = Duration.seconds(10),
    reservedConcurrency,
  }: ApiRoute): PipelineFunction {
    const existing = this.#functions.get(entry);
    if (existing) return existing;
    if (timeout.toSeconds() > longestTimeout.toSeconds())
      throw new Error(
        `${this.node.path}: ${entry} may take ${timeout.toSeconds()} s, API Gateway waits ${longestTimeout.toSeconds()} s at most`,
      );
    const fn = new PipelineFunction(this, pascalCase(entry), {
      entry,
      timeout,
      ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    });
    this.#functions.set(entry, fn);
    return fn;
  }

  #addStage(): HttpStage {
    const log = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', { httpApi: this.api, autoDeploy: true, throttle });
    (stage.node.defaultChild as CfnStage).accessLogSettings = {
      destinationArn: log.logGroupArn,
      format: JSON.stringify({
        requestId: '$context.requestId',
        time: '$context.requestTimeEpoch',
        route: '$context.routeKey',
        status: '$context.status',
        error: '$context.error.message',
        latencyMs: '$context.responseLatency',
      }),
    };
    return stage;
  }
}

const routeId = (key: string): string =>
  key === '$default'
    ? 'Default'
    : key
        .split(/[^A-Za-z]+/)
        .filter(Boolean)
        .map((word) => word[0]?.toUpperCase() + word.slice(1).toLowerCase())
        .join('') || 'Root';

function routeKey(key: string): HttpRouteKey {
  if (key === '$default') return HttpRouteKey.DEFAULT;
  const [method, path] = key.split(' ');
  return HttpRouteKey.with(path as string, method as HttpMethod);
}
