/** Executions of a machine in memory, named and closed as Step Functions does it. */

import type { Instant, OrderId } from '../../../lambdas/domain/values.ts';
import type { Execution, Executions } from '../../../lambdas/shell/executions.ts';

export type FakeExecutions = Executions & {
  /** In the order in which they were started. */
  readonly names: readonly string[];
  end(name: string, end: Execution): void;
  /** The newest execution breaks. */
  breakLast(stoppedAt: Instant): void;
  /** What a start left behind, `find` does not see once. */
  hideOnce(name: string): void;
};

export function createFakeExecutions(): FakeExecutions {
  const found = new Map<string, Execution>();
  const names: string[] = [];
  const hidden = new Set<string>();
  return {
    names,
    end: (name, end) => void found.set(name, end),
    breakLast(stoppedAt) {
      const last = names.at(-1);
      if (last === undefined) throw new Error('nothing was started');
      found.set(last, { status: 'BROKEN', stoppedAt });
    },
    hideOnce: (name) => void hidden.add(name),
    async start(name: string, _orderId: OrderId) {
      const existing = found.get(name);
      if (existing) return existing.status === 'RUNNING' ? 'started' : 'closed';
      names.push(name);
      found.set(name, { status: 'RUNNING' });
      return 'started';
    },
    async find(name: string, _orderId: OrderId) {
      return hidden.delete(name) ? undefined : found.get(name);
    },
  };
}
