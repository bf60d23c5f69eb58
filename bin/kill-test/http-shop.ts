/** The API of an engine that may be dead at the moment: one attempt, or until it gets an answer. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type EngineRequest,
  type EngineResponse,
  engineResponseOf,
} from '../../local/http-api/client.ts';
import type { Shop } from '../demo/measurements.ts';

const pauseMs = 50;
/** Longer than API Gateway makes anybody wait. */
const patienceMs = 35_000;

export function httpShop(origin: string): Shop {
  return {
    request: (request) => untilAnswered(origin, request),
    async token(sub, scope) {
      const path = '/_local/token';
      const answer = await untilAnswered(origin, { method: 'POST', path, body: { sub, scope } });
      return (answer.json as { access_token: string }).access_token;
    },
  };
}

/** Undefined when nobody is there, or nobody has answered before the connection broke. */
export async function attempt(
  origin: string,
  { method = 'GET', path, headers = {}, body, token }: EngineRequest,
): Promise<EngineResponse | undefined> {
  try {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    return engineResponseOf({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      cookies: [],
      body: Buffer.from(await answer.arrayBuffer()),
    });
  } catch {
    return undefined;
  }
}

async function untilAnswered(origin: string, request: EngineRequest): Promise<EngineResponse> {
  for (;;) {
    const answer = await attempt(origin, request);
    if (answer && answer.status < 500 && answer.status !== 429) return answer;
    await pause(pauseMs);
  }
}
