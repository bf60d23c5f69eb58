/** `Date`, `Math` and `performance` of an environment, on the kernel's time and chance. */
import type { Kernel } from '../kernel/kernel.ts';

/** Dates it makes are ordinary ones; only what the clock says is the kernel's. */
export function createDate(kernel: Kernel): DateConstructor {
  function KernelDate(...args: unknown[]) {
    const now = new Date(kernel.now());
    if (!new.target) return now.toString();
    return args.length === 0 ? now : Reflect.construct(Date, args, Date);
  }
  return Object.assign(KernelDate, {
    prototype: Date.prototype,
    now: () => kernel.now(),
    parse: Date.parse,
    UTC: Date.UTC,
  }) as unknown as DateConstructor;
}

export const createMath = (kernel: Kernel): Math =>
  Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(Math),
      random: { value: () => kernel.random(), writable: true, configurable: true },
    },
  ) as Math;

export function createPerformance(kernel: Kernel) {
  const timeOrigin = kernel.now();
  const now = () => kernel.now() - timeOrigin;
  const noEntry = (name: string) => ({ name, entryType: 'mark', startTime: now(), duration: 0 });
  return { timeOrigin, now, mark: noEntry, measure: noEntry, toJSON: () => ({ timeOrigin }) };
}

/** `process.hrtime` with its `bigint`. */
export function createHrtime(kernel: Kernel) {
  const hrtime = (since: readonly [number, number] = [0, 0]): [number, number] => {
    const past = BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]);
    const passed = hrtime.bigint() - past;
    return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)];
  };
  hrtime.bigint = (): bigint => BigInt(Math.round(kernel.now() * 1e6));
  return hrtime;
}
