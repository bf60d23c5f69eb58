/** What an operator is told about a stock adjustment. */

import { type HttpAnswer, refusal } from '../contract/http.ts';
import type { AdjustStockOutcome } from './adjust-stock.ts';

export const replayedHeader = { 'idempotency-replayed': 'true' } as const;

/** Answer to a request whose first twin has not ended yet. */
export const stillInProgress = (): HttpAnswer =>
  refusal('request-in-progress', 'Repeat the same request to get its answer.', {
    'retry-after': '1',
  });

export const keyReused = (): HttpAnswer =>
  refusal('idempotency-key-reused', 'Use a new key for a new request.');

export function adjustmentAnswer(
  result: AdjustStockOutcome,
  { isReplay }: { isReplay: boolean },
): HttpAnswer {
  if (result.outcome === 'adjusted')
    return {
      status: 200,
      ...((isReplay || result.isRepeat) && { headers: replayedHeader }),
      body: { stock: { available: result.available } },
    };
  switch (result.reason) {
    case 'UNKNOWN_PRODUCT':
      return refusal('not-found', 'There is no such product.');
    case 'KEY_REUSED':
      return keyReused();
    case 'OUT_OF_STOCK':
      return refusal('insufficient-stock', `The stock is ${result.missing} units short of that.`);
  }
}
