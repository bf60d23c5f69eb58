/**
 * The executions of all machines. A name belongs to one execution until 90 days after it closed;
 * then AWS, and this, forget the execution and free the name.
 */
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Execution, Status } from './execution.ts';

const retentionMs = 90 * 24 * 3600 * 1000;

type Numbered = { readonly number: number; readonly execution: Execution };

export interface ListOptions {
  readonly machineArn: string;
  readonly status: Status | undefined;
  /** Lists only what was started before the execution of this number. */
  readonly before: number | undefined;
  readonly limit: number;
}

export class Ledger {
  readonly #kernel: Kernel;
  readonly #byArn = new Map<string, Numbered>();
  readonly #running = new Set<Execution>();
  #started = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  find(arn: string): Execution | undefined {
    const found = this.#byArn.get(arn)?.execution;
    return found && !this.#isForgotten(found) ? found : undefined;
  }

  get(arn: string): Execution {
    const found = this.find(arn);
    if (found) return found;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  add(execution: Execution): void {
    this.#forgetOldest();
    // Deleted first: a map keeps the place of a key that is set again.
    this.#byArn.delete(execution.arn);
    this.#byArn.set(execution.arn, { number: ++this.#started, execution });
    this.#running.add(execution);
  }

  close(execution: Execution): void {
    this.#running.delete(execution);
  }

  running(): ReadonlySet<Execution> {
    return this.#running;
  }

  /** Newest first. */
  list({ machineArn, status, before, limit }: ListOptions): {
    found: Execution[];
    last: number | undefined;
  } {
    const matching = [...this.#byArn.values()].reverse().filter(({ number, execution }) => {
      if (execution.machine.model.arn !== machineArn || this.#isForgotten(execution)) return false;
      if (before !== undefined && number >= before) return false;
      return status === undefined || execution.status === status;
    });
    const page = matching.slice(0, limit);
    const last = matching.length > limit ? page.at(-1)?.number : undefined;
    return { found: page.map(({ execution }) => execution), last };
  }

  #isForgotten({ stopMs }: Execution): boolean {
    return stopMs !== undefined && this.#kernel.now() - stopMs > retentionMs;
  }

  /** In the order of their start, as far as they are closed and old: keeps long runs bounded. */
  #forgetOldest(): void {
    for (const [arn, { execution }] of this.#byArn) {
      if (!this.#isForgotten(execution)) return;
      this.#byArn.delete(arn);
    }
  }
}
