/** A function that makes the calls it is told to make, what they reach, and an injector between. */

import type { NewEvent } from '../../../local/events/event-bridge.ts';
import type { FaultKind } from '../../../local/explorer/fault-kind.ts';
import { faultKind } from '../../../local/explorer/fault-kinds.ts';
import { Injector, type InjectorSettings } from '../../../local/explorer/injector.ts';
import type { Site } from '../../../local/explorer/site.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import { AwsError } from '../../../local/gateway/service.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { InvokeOutcome } from '../../../local/lambda/invoker.ts';
import { createLambdaHost } from '../../../local/lambda/lambda-host.ts';
import { bundle, functionModel } from '../lambda/sample-function.ts';

/** No SDK: what a call meets is what it tells. */
const source = `
  import { request } from 'node:https';
  const send = ([service, action, input]) => new Promise((resolve) => {
    const host = service + '.us-east-1.amazonaws.com';
    const headers = { 'X-Amz-Target': 'Any.' + action };
    const out = request({ method: 'POST', host, path: '/', headers }, (response) => {
      let text = '';
      response.on('data', (part) => { text += part; });
      response.on('end', () => {
        const answer = JSON.parse(text);
        resolve({ told: answer.__type ? answer.__type.split('#').pop() : 'ok', answer });
      });
    });
    out.on('error', (error) => resolve({ told: error.code }));
    out.end(JSON.stringify(input));
  });
  let count = 0;
  export const handler = async ({ calls = [], Records = [] }) => {
    count++;
    const atMs = Date.now();
    const met = [];
    for (const call of calls) met.push(await send(call));
    const told = met.map((each) => each.told);
    return { told, answers: met.map((each) => each.answer), Records, count, atMs };
  };`;

/** Service, action, input. */
export type Asked = readonly [string, string, Readonly<Record<string, unknown>>];

export const put: Asked = ['dynamodb', 'PutItem', { TableName: 'Notes' }];
export const get: Asked = ['dynamodb', 'GetItem', { TableName: 'Notes' }];

export interface Told {
  readonly told: readonly string[];
  readonly answers: readonly unknown[];
  readonly Records: readonly object[];
  /** Invocations of its environment so far. */
  readonly count: number;
  /** What its clock said at first. */
  readonly atMs: number;
}

interface Settings {
  /** By action. @default {} */
  readonly answers?: Readonly<Record<string, object>>;
  readonly stale?: InjectorSettings['stale'];
}

export const timeoutMs = 10_000;

/** The compiled function; made once for each file of tests. */
export const notetaker = (): Promise<string> => bundle(source);

/** `faults` by the names of their sites. */
export function pierced(
  assetDir: string,
  faults: Readonly<Record<string, string>> = {},
  { answers = {}, stale = (_, answer) => answer }: Settings = {},
) {
  const kernel = new VirtualKernel(1);
  const startMs = kernel.now();
  const gateway = new Gateway({ kernel });
  /** What took effect, and when. */
  const effects: { action: string; input: unknown; afterMs: number }[] = [];
  for (const name of ['dynamodb', 'sqs', 'states'])
    gateway.register({
      name,
      async call(action, input) {
        if (action === 'Refused') throw new AwsError('ValidationException', 'no');
        effects.push({ action, input: structuredClone(input), afterMs: kernel.now() - startMs });
        return answers[action] ?? {};
      },
    });
  const functions = [functionModel(assetDir, { timeoutMs })];
  const lambdas = createLambdaHost({ kernel, functions, gateway });
  const published: { detailType: string; afterMs: number }[] = [];
  const events = {
    publish: ({ detailType }: NewEvent) =>
      void published.push({ detailType, afterMs: kernel.now() - startMs }),
  };
  const sites: Site[] = [];
  const struck: string[] = [];
  const injector = new Injector({
    engine: { kernel, gateway, lambdas, events, model: { functions } },
    faultAt(site) {
      sites.push(site);
      const fault = faults[site.id];
      return fault === undefined ? undefined : faultKind(site.id, fault);
    },
    entryOf: (name) => (name === 'sample' ? 'take-notes' : name),
    placeOf: (name) => name,
    isProvider: (place) => place === 'Sandbox',
    onStrike: (site: Site, kind: FaultKind) => void struck.push(`${site.id}=${kind.id}`),
    stale,
  });
  const outcomeOf = (event: object, from = 'sqs:notes'): Promise<InvokeOutcome> =>
    kernel.drive(lambdas.invoke('sample', event, from));
  return {
    ...{ kernel, gateway, lambdas, events, injector, effects, published, sites, struck, startMs },
    outcomeOf,
    /** One invocation that makes these calls; what it tells of them. */
    async takes(...calls: readonly Asked[]): Promise<Told> {
      return toldBy(await outcomeOf({ calls }));
    },
    actions: () => effects.map(({ action }) => action),
  };
}

export function toldBy(outcome: InvokeOutcome): Told {
  if (outcome.kind === 'ok') return outcome.payload as Told;
  throw new Error(`it ended with ${JSON.stringify(outcome)}`);
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
