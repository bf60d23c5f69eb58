/** What clients were told about their orders, key by key, and where two answers to one key differed. */
import type { Placement } from '../../bin/demo/client.ts';
import type { EngineRequest, EngineResponse } from '../../local/http-api/client.ts';

type First = { readonly request: string; readonly status: number; readonly text: string };

export class Placements {
  readonly #first = new Map<string, First>();
  readonly #placements: Placement[] = [];

  /** Answers that leave the outcome open, and requests that are no orders, say nothing. */
  note(customer: string, request: EngineRequest, answer: EngineResponse): void {
    const key = request.headers?.['idempotency-key'];
    if (request.method !== 'POST' || request.path !== '/orders' || key === undefined) return;
    if (answer.status !== 202 && answer.status !== 422) return;
    const body = JSON.stringify(request.body);
    const first = this.#first.get(`${customer} ${key}`);
    if (first && first.request !== body) return;
    const { status, text } = answer;
    if (!first) this.#first.set(`${customer} ${key}`, { request: body, status, text });
    this.#placements.push({
      ...{ key, customer, status, latencyMs: 0, requests: 1 },
      id: status === 202 ? (answer.json as { id: string }).id : undefined,
      problems: first && first.text !== text ? [`was told ${first.text}, then ${text}`] : [],
    });
  }

  all(): readonly Placement[] {
    return this.#placements;
  }
}
