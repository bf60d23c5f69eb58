/** The port to the counters of the read model. */
import type { SalesShard } from '../domain/daily-sales.ts';

export interface SalesReader {
  /** What the shards of a day (`2026-02-28`) have counted so far. */
  shards(day: string): Promise<readonly SalesShard[]>;
}
