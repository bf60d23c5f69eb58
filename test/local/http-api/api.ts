/** An HTTP API over a function that is a plain closure, on virtual time. */
import { HttpApi } from '../../../local/http-api/http-api.ts';
import type { HttpRequest, HttpResponse } from '../../../local/http-api/message.ts';
import { createTokenIssuer, type TokenRequest } from '../../../local/http-api/tokens.ts';
import { openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { InvokeOutcome } from '../../../local/lambda/invoker.ts';
import type { RouteModel, ThrottleModel } from '../../../local/template/model.ts';

export const issuer = 'https://issuer.example';
export const audience = 'client-1';

export const aRoute = (key: string, more: Partial<RouteModel> = {}): RouteModel => ({
  logicalId: 'Route',
  key,
  functionName: 'Work',
  integrationTimeoutMs: 30_000,
  authorizer: undefined,
  throttle: undefined,
  ...more,
});

type Work = (event: Record<string, unknown>) => Promise<InvokeOutcome>;
export type Answer = { status: number; headers: HttpResponse['headers']; text: string };

export const ok = (payload: unknown): InvokeOutcome => ({ kind: 'ok', payload });

const unlimited: ThrottleModel = { ratePerSecond: 1e6, burst: 1e6 };

interface Settings {
  readonly routes: readonly RouteModel[];
  readonly stageThrottle?: ThrottleModel;
  readonly work?: Work;
}

export function createTestApi({
  routes,
  stageThrottle = unlimited,
  work = async () => ok({}),
}: Settings) {
  const kernel = new VirtualKernel(1);
  const tokens = createTokenIssuer(kernel, openJournal(undefined));
  const api = {
    logicalId: 'Api',
    id: 'abc123',
    url: 'https://abc123.execute-api.us-east-1.amazonaws.com',
    routes,
    stageThrottle,
  };
  const invoker = {
    invoke: (_name: string, event: unknown) => work(event as Record<string, unknown>),
  };
  const http = new HttpApi({ kernel, api, invoker, backlog: () => 0, tokens });
  const send = async (request: Partial<HttpRequest> = {}): Promise<Answer> => {
    const { status, headers, body } = await http.handle({
      method: 'GET',
      target: '/',
      headers: [],
      body: Buffer.alloc(0),
      sourceIp: '127.0.0.1',
      ...request,
    });
    return { status, headers, text: body.toString() };
  };
  const issue = (scope: string, more: Partial<TokenRequest> = {}) =>
    kernel.drive(tokens.issue({ sub: 'alice', scope, issuer, audience, ...more }));
  return {
    kernel,
    issue,
    /** Not yet driven: for requests beside each other. */
    send,
    request: (request?: Partial<HttpRequest>) => kernel.drive(send(request)),
  };
}
