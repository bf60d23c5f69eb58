/**
 * What requests do to the inside: the calls of the functions behind the API, and every item of every
 * table compared with how it was. Keeps an eye on expressions: nothing that was sent may stand in them.
 */
import type { EngineRequest } from '../../local/http-api/client.ts';
import type { Pipeline } from './pipeline.ts';

export interface ApiWitness {
  /** Calls, and items that came, went or changed, since it was last asked. */
  sinceLast(): Promise<{ readonly calls: readonly string[]; readonly changes: readonly string[] }>;
  /** Every expression and attribute name that was used. */
  readonly expressions: ReadonlySet<string>;
  /** Those that hold a text of a request. */
  readonly tainted: readonly string[];
}

export async function witnessOf(pipeline: Pipeline): Promise<ApiWitness> {
  const { engine } = pipeline;
  const behindApi = new Set(
    engine.model.apis.flatMap(({ routes }) => routes.map(({ functionName }) => functionName)),
  );
  let calls: string[] = [];
  const expressions = new Set<string>();
  const tainted: string[] = [];
  let sent: readonly string[] = [];
  pipeline.disturb((call, next) => {
    if (behindApi.has(call.caller.name)) {
      calls.push(call.action);
      for (const expression of expressionsIn(call.input)) {
        expressions.add(expression);
        if (sent.some((text) => expression.includes(text))) tainted.push(expression);
      }
    }
    return next();
  });
  const request = engine.request.bind(engine);
  engine.request = (asked) => {
    sent = textsOf(asked);
    return request(asked);
  };
  let before = await itemsOf(pipeline);
  return {
    expressions,
    tainted,
    async sinceLast() {
      const made = calls;
      calls = [];
      // There is no other way to a table than such a call.
      if (!made.some((action) => /Put|Update|Delete|Write/.test(action)))
        return { calls: made, changes: [] };
      const now = await itemsOf(pipeline);
      const gone = [...before].filter((item) => !now.has(item));
      const come = [...now].filter((item) => !before.has(item));
      before = now;
      return { calls: made, changes: [...gone, ...come] };
    },
  };
}

async function itemsOf({ engine }: Pipeline): Promise<Set<string>> {
  const all = new Set<string>();
  for (const { name, logicalId } of engine.model.tables)
    for (const item of await engine.drive(engine.items(name)))
      all.add(`${logicalId}: ${JSON.stringify(item)}`);
  return all;
}

const expressionKey = /Expression$/;

/** Expressions and the names they refer to, in transactions too. */
function expressionsIn(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([key, value]) => {
    if (expressionKey.test(key) && typeof value === 'string') return [value];
    if (key === 'ExpressionAttributeNames') return Object.values(value as Record<string, string>);
    return key === 'Item' || key === 'Key' ? [] : expressionsIn(value);
  });
}

/** Shorter ones stand in an expression by chance. */
const shortestText = 5;

function textsOf({ path, headers = {}, body }: EngineRequest): string[] {
  const values = path.split(/[/?&]/).map((part) => part.slice(part.indexOf('=') + 1));
  const url = values.flatMap((value) => [value, decoded(value)]);
  const texts = [...url, ...Object.values(headers), ...stringsIn(body)];
  return texts.filter((text) => text.length >= shortestText);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function stringsIn(body: unknown): string[] {
  const strings: string[] = [];
  try {
    JSON.parse(body instanceof Uint8Array ? Buffer.from(body).toString() : '', (_name, value) => {
      if (typeof value === 'string') strings.push(value);
      return value as unknown;
    });
  } catch {
    return [];
  }
  return strings;
}
