/** Which service an HTTP request is for: by AWS's host names, or by the signature's scope. */
import type { HttpCall } from './protocol.ts';

/**
 * `<service>.<region>.amazonaws.com`, `streams.dynamodb.<region>.amazonaws.com` and
 * `<account>.ddb.<region>.amazonaws.com`.
 */
const awsHost =
  /^(?:(?:streams\.(?=dynamodb\.))?([a-z-]+)|\d{12}\.([a-z-]+))\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com$/;
const localHost = /^(?:localhost|127\.0\.0\.1|\[?::1\]?)(?::\d+)?$/;
/** `Credential=AKID/date/region/service/aws4_request` */
const scope = /Credential=[^/,]+\/\d+\/[^/,]+\/([a-z0-9-]+)\/aws4_request/;

const endpointNames: Readonly<Record<string, string>> = {
  ddb: 'dynamodb',
  'sync-states': 'states',
};
const known = new Map<string, string>();

/** The service's name; for an unknown host the host itself. */
export function serviceOf({ host, headers }: HttpCall): string {
  const found = known.get(host);
  if (found) return found;
  if (localHost.test(host)) return scope.exec(headers.authorization ?? '')?.[1] ?? host;
  const match = awsHost.exec(host);
  const name = match?.[1] ?? match?.[2];
  if (!name) return host;
  const service = endpointNames[name] ?? name;
  known.set(host, service);
  return service;
}
