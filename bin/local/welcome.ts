/** What is printed once everything runs: where it is, and lines to copy into a shell. */
import { sampleBody } from './sample-order.ts';

export interface Addresses {
  readonly api: string;
  /** Where AWS clients can call the services of the engine. */
  readonly gateway: string;
}

/**
 * The lines work as they are, in any shell, in this order; quotes and semicolons stay out of the
 * comments, because an interactive zsh reads comments as commands.
 */
export function welcome({ api, gateway }: Addresses): string {
  const auth = '-H "$AUTH"';
  const place = (key: string) =>
    `$API/orders ${auth} -H 'Content-Type: application/json' -H 'Idempotency-Key: ${key}' -d "$ORDER"`;
  return `
The API          ${api}     OpenAPI: ${api}/openapi.json
Health, meter    ${api}/_local/health   /_local/meter   /_local/quiesced   /_local/sandbox
AWS services     ${gateway}     e.g. AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x aws dynamodb list-tables --endpoint-url ${gateway} --region us-east-1

# a token, good for an hour, and an order
API=${api}
AUTH="Authorization: Bearer $(curl -s $API/_local/token -d '{"sub":"alice","scope":"orders operator"}' | cut -d '"' -f 4)"
ORDER='${JSON.stringify(sampleBody)}'

# place it, and the same key again gives the same order
curl -siw '\\n' ${place('my-first-order')}
ID=$(curl -s ${place('my-first-order')} | cut -d '"' -f 4)

# read it, waiting for what comes after its version 1, and list the orders
curl -sw '\\n' $API/orders/$ID ${auth} -H 'If-None-Match: "1"' -H 'Prefer: wait=5'
curl -sw '\\n' $API/orders ${auth}

# place another one and cancel it at once, while it is pending
ID=$(curl -s ${place('my-second-order')} | cut -d '"' -f 4)
curl -siw '\\n' -X POST $API/orders/$ID/cancellation ${auth} -H 'If-Match: "1"'

# the catalogue, the sales of today, and what the payment, shipping and e-mail providers know
curl -sw '\\n' $API/products ${auth}
curl -sw '\\n' "$API/sales?day=$(date -u +%F)" ${auth}
curl -sw '\\n' $API/_local/sandbox
`;
}
