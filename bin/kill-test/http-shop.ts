/** The API of an engine that may be dead at the moment: asks until it gets an answer. */
import { setTimeout as pause } from 'node:timers/promises';
import { engineResponseOf } from '../../local/http-api/client.ts';
import type { HttpResponse } from '../../local/http-api/message.ts';
import type { Shop } from '../demo/measurements.ts';

const pauseMs = 50;

export function httpShop(origin: string): Shop {
  return {
    async request({ method = 'GET', path, headers = {}, body, token }) {
      const answer = untilAnswered(`${origin}${path}`, {
        method,
        headers: {
          ...headers,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return engineResponseOf(await answer);
    },
    async token(sub, scope) {
      const body = JSON.stringify({ sub, scope });
      const answer = await untilAnswered(`${origin}/_local/token`, { method: 'POST', body });
      return (JSON.parse(`${answer.body}`) as { access_token: string }).access_token;
    },
  };
}

async function untilAnswered(url: string, request: RequestInit): Promise<HttpResponse> {
  for (;;) {
    try {
      const answer = await fetch(url, request);
      const { status, headers } = answer;
      const body = Buffer.from(await answer.arrayBuffer());
      if (status < 500 && status !== 429)
        return { status, headers: Object.fromEntries(headers), cookies: [], body };
    } catch {
      // Nobody there, or killed while it answered.
    }
    await pause(pauseMs);
  }
}
