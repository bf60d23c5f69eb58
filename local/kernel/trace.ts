/** The trace: a running hash over every note, and listeners that see each note live. */
import { createHash } from 'node:crypto';
import type { TraceListener, TraceNote } from './kernel.ts';

export class Trace {
  readonly #hash = createHash('sha256');
  readonly #listeners = new Set<TraceListener>();
  /** Hashing costs; real runs are not repeatable and skip it. */
  readonly #isHashed: boolean;
  count = 0;

  constructor({ isHashed }: { isHashed: boolean }) {
    this.#isHashed = isHashed;
  }

  listen(listener: TraceListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  add(note: TraceNote, atMs: number): void {
    this.count++;
    if (this.#isHashed) this.#hash.update(`${atMs} ${JSON.stringify(note)}\n`);
    for (const listener of this.#listeners) listener(note, atMs);
  }

  /** Hex SHA-256 of the trace so far. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
