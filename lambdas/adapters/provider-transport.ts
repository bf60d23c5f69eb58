/**
 * How the anti-corruption layer reaches a provider: raw requests, raw answers, no meaning. A real
 * provider's transport is an HTTP client; the sandboxes answer in process.
 */
import type * as z from 'zod/mini';
import { PermanentFault, TransientFault } from '../contract/faults.ts';

export type ProviderResponse = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * One request is one try: rejects when no answer came within the provider call's timeout
 * (`timeouts.providerCallMs`), for whatever reason. Whoever called then knows nothing.
 */
export interface ProviderTransport {
  post(
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<ProviderResponse>;
  get(path: string, query: Readonly<Record<string, string>>): Promise<ProviderResponse>;
}

/** No answer means that the outcome is unknown. */
export async function ask(
  what: string,
  call: () => Promise<ProviderResponse>,
): Promise<ProviderResponse> {
  try {
    return await call();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'no answer';
    throw new TransientFault(`${what}: ${name}`, { cause });
  }
}

/** Reads an answer; one that breaks the contract is one fault naming the field, never its value. */
export function readAnswer<T>(what: string, shape: z.ZodMiniType<T>, body: string): T {
  const parsed = shape.safeParse(parseJson(what, body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const expected = issue?.code === 'invalid_type' ? `, expected ${issue.expected}` : '';
  throw new PermanentFault(
    `${what}: ${issue?.path.join('.') || 'answer'}: ${issue?.message}${expected}`,
  );
}

function parseJson(what: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new PermanentFault(`${what}: the answer is not JSON`, { cause });
  }
}

/** A stated condition that no retry cures and no code of ours expects. */
export const unexpected = (what: string, { status }: ProviderResponse, code = 'no code') =>
  new PermanentFault(`${what}: unexpected answer ${status} (${code})`);

export const encodeForm = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
