/** What is printed once everything runs: where it is, and lines to copy into a shell. */
import { sampleBody } from './sample-order.ts';

export interface Addresses {
  readonly api: string;
  /** Where AWS clients can call the services of the engine. */
  readonly gateway: string;
}

export function welcome({ api, gateway }: Addresses): string {
  const auth = '-H "Authorization: Bearer $TOKEN"';
  const json = "-H 'Content-Type: application/json'";
  return `
The API          ${api}     OpenAPI: ${api}/openapi.json
Health, meter    ${api}/_local/health   /_local/meter   /_local/quiesced   /_local/sandbox
AWS services     ${gateway}     e.g. aws dynamodb list-tables --endpoint-url ${gateway} --region us-east-1

# a token, good for an hour
TOKEN=$(curl -s ${api}/_local/token -d '{"sub":"alice","scope":"orders operator"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

# place an order; the same key again gives the same order
curl -i ${api}/orders ${auth} ${json} -H 'Idempotency-Key: my-first-order' \\
  -d '${JSON.stringify(sampleBody)}'

# read it; wait for news; cancel it while it is pending
curl -s ${api}/orders ${auth}
curl -s ${api}/orders/ID ${auth} -H 'If-None-Match: "1"' -H 'Prefer: wait=5'
curl -i -X POST ${api}/orders/ID/cancellation ${auth} -H 'If-Match: "1"'

# the catalogue, today's sales, and what the payment, shipping and e-mail providers know
curl -s ${api}/products ${auth}
curl -s "${api}/sales?day=$(date -u +%F)" ${auth}
curl -s ${api}/_local/sandbox
`;
}
