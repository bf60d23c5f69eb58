/** One line per thing that happens, for a person who watches. */
import type { TraceNote } from '../../local/kernel/kernel.ts';

/** Calls of the SDK and starts of functions are too many to read. */
const shown =
  /^(http\.|states\.(start|enter|retry|catch|end)|sqs\.(batch|repeat|redrive|expire|move)|stream\.(batch|repeat|discard)|events\.|s3\.|lambda\.throttle)/;

/** Nothing for what is not shown. */
export function liveLine(note: TraceNote, atMs: number): string | undefined {
  if (!shown.test(note.kind)) return undefined;
  const { kind, ...details } = note;
  const time = new Date(atMs).toISOString().slice(11, 23);
  const parts = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${shortName(String(value))}`);
  return `${time}  ${kind.padEnd(14)} ${parts.join('  ')}`;
}

/** `Everonce-PlaceOrderReserveStock1F8332C7` → `PlaceOrderReserveStock`. */
export const shortName = (name: string): string =>
  name.replace(/^[A-Za-z]+-([A-Za-z0-9]+?)[0-9A-F]{8}$/, '$1');
