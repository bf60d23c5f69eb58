/**
 * What AWS charges, and how counts become money: the one price table. us-east-1, on demand, no free
 * tier, no discounts, November 2026. A model, not a bill: it multiplies counts, nothing else.
 */

/** US dollars per million of the unit. Sources: the pages of AWS or dated readings of them. */
export const prices = {
  /** HTTP API request, first 300 million. aws.amazon.com/api-gateway/pricing, read 2026-09-20 */
  apiRequest: 1.0,
  /** Write unit of 1 KB; transactional writes count double. aws/agent-toolkit-for-aws, 2026-08-20 */
  writeUnit: 0.625,
  /** Read unit of 4 KB, strongly consistent. Same source. */
  readUnit: 0.125,
  /** SQS standard request, per 64 KB. cloudburn.io 2026-03-14, factualminds.com 2026-06-13 */
  sqsRequest: 0.4,
  /** Step Functions Standard transition. aws.amazon.com/step-functions/pricing */
  transition: 25.0,
  /** Lambda invocation. Several readings, 2026 */
  invocation: 0.2,
  /** Lambda GB-second on arm64. artillery 2.0.28 price table */
  gigabyteSecond: 13.3334,
  /** CloudWatch Logs, per million KB ingested ($0.50/GB). duckbillgroup.com 2025-05 */
  logKilobyte: 0.5,
  /** DynamoDB storage, per million KB and month ($0.25/GB). aws/agent-toolkit-for-aws */
  storedKilobyte: 0.25,
} as const;

export type Priced = keyof typeof prices;
/** Units used by one order. */
export type Usage = Readonly<Record<Priced, number>>;

/** US dollars per million orders, by item and in all. */
export function costPerMillion(usage: Usage): { total: number; items: Record<Priced, number> } {
  const items = Object.fromEntries(
    Object.entries(prices).map(([name, price]) => [name, price * usage[name as Priced]]),
  ) as Record<Priced, number>;
  return { total: Object.values(items).reduce((sum, cost) => sum + cost, 0), items };
}
