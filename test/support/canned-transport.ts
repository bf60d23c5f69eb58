/** A provider's transport with prepared answers, in order; keeps what it was asked. */
import type {
  ProviderResponse,
  ProviderTransport,
} from '../../lambdas/adapters/provider-transport.ts';

export type Asked = {
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
};
export type CannedTransport = ProviderTransport & { readonly asked: readonly Asked[] };

export const answer = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ProviderResponse => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** An `Error` stands for no answer at all. */
export function cannedTransport(
  ...answers: readonly (ProviderResponse | Error)[]
): CannedTransport {
  const asked: Asked[] = [];
  const next = async (request: Asked): Promise<ProviderResponse> => {
    const given = answers[asked.length] ?? new Error(`no answer prepared for ${request.path}`);
    asked.push(request);
    if (given instanceof Error) throw given;
    return given;
  };
  return {
    asked,
    post: (path, body, headers) => next({ path, body, headers }),
    get: (path, query) => next({ path, query }),
  };
}
