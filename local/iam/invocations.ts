/**
 * Under whose permissions the engine's services act: the state machine under its role, API Gateway and
 * EventBridge as services that functions and queues must admit, a function's log under its own role.
 */
import type { Deliver } from '../events/event-bridge.ts';
import { AwsError } from '../gateway/service.ts';
import type { Invoker } from '../lambda/invoker.ts';
import {
  type ApiModel,
  accountId,
  type FunctionModel,
  type RouteModel,
  region,
} from '../template/model.ts';
import { type Access, accessDenied } from './access.ts';

const invoke = 'lambda:InvokeFunction';
const functionArn = (name: string): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/**
 * An invoker that asks for the role of whoever calls.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export const underRoles = (access: Access, invoker: Invoker): Invoker => ({
  async invoke(functionName, event, source, roleArn = '') {
    const session = source.slice(source.lastIndexOf('.') + 1);
    const refusal = access.refusal({
      principal: { kind: 'role', arn: roleArn, session },
      action: invoke,
      resource: functionArn(functionName),
    });
    if (refusal !== undefined) throw lambdaException(refusal);
    return invoker.invoke(functionName, event, source);
  },
});

/** What a task meets: the error is named `Lambda.AWSLambdaException`, and its cause says the rest. */
const lambdaException = (refusal: string): AwsError =>
  new AwsError(
    'AWSLambdaException',
    `${refusal} (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Proxy: null)`,
    { status: 403 },
  );

/**
 * The source is the route, not the request: `<api>/<stage>/<method>/<path with its variables>`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const mayInvokeFor =
  (access: Access, { id }: ApiModel) =>
  ({ key, functionName }: RouteModel, requestMethod: string): boolean => {
    const [method, path] = key.split(' ');
    const route = path === undefined ? key : `${method === 'ANY' ? requestMethod : method}${path}`;
    const refusal = access.refusal({
      principal: { kind: 'service', service: 'apigateway.amazonaws.com' },
      action: invoke,
      resource: functionArn(functionName),
      source: `arn:aws:execute-api:${region}:${accountId}:${id}/$default/${route}`,
    });
    return refusal === undefined;
  };

/**
 * Events reach only targets that admit EventBridge for this rule.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export const onlyIfAdmitted =
  (access: Access, deliver: Deliver): Deliver =>
  async (delivery) => {
    const { targetArn, ruleName } = delivery;
    const refusal = access.refusal({
      principal: { kind: 'service', service: 'events.amazonaws.com' },
      action: targetArn.split(':')[2] === 'sqs' ? 'sqs:SendMessage' : invoke,
      resource: targetArn,
      source: `arn:aws:events:${region}:${accountId}:rule/${ruleName}`,
    });
    if (refusal !== undefined) throw accessDenied(refusal);
    return deliver(delivery);
  };

/** Without these two a function runs, and its lines are lost, as Lambda has it. */
export const mayLog =
  (access: Access) =>
  ({ name, roleArn, logGroup }: FunctionModel, stream: string): boolean =>
    ['logs:CreateLogStream', 'logs:PutLogEvents'].every(
      (action) =>
        access.refusal({
          principal: { kind: 'role', arn: roleArn, session: name },
          action,
          resource: `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:${stream}`,
        }) === undefined,
    );
