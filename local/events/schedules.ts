/**
 * Runs scheduled rules by the kernel's clock. A schedule that waits for its minute keeps nobody busy;
 * what was due while the engine was off is not made up for.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { RuleModel } from '../template/model.ts';
import type { DeliveryJournal } from './delivery-journal.ts';
import { parseSchedule } from './schedule-expression.ts';

export interface SchedulesOptions {
  readonly kernel: Kernel;
  readonly rules: readonly RuleModel[];
  readonly journal: DeliveryJournal;
  /** Called each time a rule is due, with the minute it was due for. */
  readonly onDue: (rule: RuleModel, dueMs: number) => void;
}

export function startSchedules({ kernel, rules, journal, onDue }: SchedulesOptions): void {
  for (const rule of rules) {
    if (rule.schedule === undefined) continue;
    const schedule = parseSchedule(rule.schedule);
    const sinceMs = journal.scheduledSince(rule.name, rule.schedule, kernel.now());
    const arm = (afterMs: number) => {
      const dueMs = schedule(afterMs, sinceMs);
      if (dueMs === undefined) return;
      kernel.after(dueMs - kernel.now(), `schedule ${rule.name}`, () => {
        onDue(rule, dueMs);
        arm(Math.max(dueMs, kernel.now()));
      });
    };
    arm(kernel.now());
  }
}
