/** The sandbox providers' truth, as `GET /_local/sandbox` shows it, read from their own table. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Engine } from '../../local/engine.ts';
import { TemplateError } from '../../local/template/properties.ts';

export interface SandboxView {
  readonly payments: readonly SandboxPayment[];
  readonly shipments: readonly { readonly orderId: string; readonly status: string }[];
  readonly emails: readonly SandboxEmail[];
}
/** Amounts in minor units. One per authorisation asked for: a double charge shows as two. */
export interface SandboxPayment {
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  readonly authorized: number;
  readonly captured: number;
  readonly voided: number;
  readonly refunded: number;
}
export interface SandboxEmail {
  readonly orderId: string;
  readonly eventId: string;
  readonly to: string;
  readonly template: string;
}

const paymentFields = [
  ...['orderId', 'amount', 'currency', 'authorized', 'captured', 'voided', 'refunded'],
];
const shipmentFields = ['orderId', 'status'];
const emailFields = ['orderId', 'eventId', 'to', 'template'];

export async function sandboxView(engine: Engine): Promise<SandboxView> {
  const items = await engine.items(tableOf(engine, 'SandboxTable'));
  const rows = items.map((item) => unmarshall(item as Record<string, AttributeValue>));
  const of = <T>(kind: string, fields: readonly string[]): T[] =>
    rows
      .filter((row) => row.kind === kind)
      .map((row) => Object.fromEntries(fields.map((field) => [field, row[field]])) as T);
  return {
    payments: of('payment', paymentFields),
    shipments: of('shipment', shipmentFields),
    emails: of('email', emailFields),
  };
}

/** Physical name of a table, by the stack's output that tells it. */
export function tableOf({ model }: Engine, output: string): string {
  const name = model.outputs[output];
  if (name) return name;
  const others = Object.keys(model.outputs).join(', ') || 'none';
  throw new TemplateError(
    `It has no output ${output} (its outputs: ${others}), so it is not the order pipeline, which ` +
      'npm start shows; createEngine of local/engine.ts runs any stack',
  );
}
