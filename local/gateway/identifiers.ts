/** Identifiers the engine hands out: random for people, from the seed in virtual time. */
import { randomUUID } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';

const hex = (kernel: Kernel): string =>
  Math.floor(kernel.random() * 0x100000000)
    .toString(16)
    .padStart(8, '0');

/** A version 4 UUID. */
export function uuid(kernel: Kernel): string {
  if (kernel.mode === 'real') return randomUUID();
  const [a, b, c, d] = [hex(kernel), hex(kernel), hex(kernel), hex(kernel)];
  const variant = '89ab'[Math.floor(kernel.random() * 4)];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}
