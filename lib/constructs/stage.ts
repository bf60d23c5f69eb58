/**
 * Disposable or kept: without `-c stage=prod` everything a stack holds goes with `cdk destroy`;
 * with it, what holds state is retained, protected from deletion and recoverable.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

export const isProd = (scope: IConstruct): boolean => {
  const stage: unknown = scope.node.tryGetContext('stage');
  if (stage === undefined || stage === 'dev') return false;
  if (stage === 'prod') return true;
  throw new Error(`-c stage=${String(stage)}: expected dev (the default) or prod`);
};

export const statePolicy = (scope: IConstruct): RemovalPolicy =>
  isProd(scope) ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
