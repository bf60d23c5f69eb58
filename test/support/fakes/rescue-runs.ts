/** Runs of a rescue in memory, under the real condition; what was to go on is kept for the test. */
import type { RescuePage } from '../../../lambdas/contract/rescue-request.ts';
import type { RescueRuns } from '../../../lambdas/shell/rescue-outbox.ts';

export type FakeRescueRuns = RescueRuns & {
  /** Pages to go on with, as they were sent, and after how many seconds they come. */
  readonly sent: readonly { readonly page: RescuePage; readonly seconds: number }[];
};

export function createFakeRescueRuns(): FakeRescueRuns {
  const newest = new Map<string, RescuePage>();
  const sent: { page: RescuePage; seconds: number }[] = [];
  return {
    sent,
    async claim(page) {
      const held = newest.get(page.run);
      const isFree = !held || held.page < page.page;
      if (!isFree && !(held.page === page.page && held.token === page.token)) return false;
      newest.set(page.run, page);
      return true;
    },
    async goOn(page, seconds) {
      sent.push({ page, seconds });
    },
  };
}
