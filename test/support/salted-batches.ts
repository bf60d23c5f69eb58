/**
 * Puts malformed records before, between and after the real ones of the next batch of every mapping, as
 * a broken sender would; and tells what became of the batch.
 */
import type { Pipeline } from './pipeline.ts';

type Json = Record<string, unknown>;

/** Makes malformed ones out of a good record; each has an id of its own. */
export type Salt = (good: Json, mapping: string) => readonly Json[];

export interface SaltedBatch {
  /** Logical id of the mapping. */
  readonly mapping: string;
  readonly malformed: readonly Json[];
  /** What the function answered, as JSON. */
  readonly answer: string;
}

export class SaltedBatches {
  /** In the order in which they were handled. */
  readonly handled: SaltedBatch[] = [];
  readonly #waiting = new Map<string, Salt>();
  readonly #mappings: ReadonlyMap<string, string>;

  constructor({ engine }: Pipeline) {
    const { queueMappings, streamMappings } = engine.model;
    this.#mappings = new Map(
      [...queueMappings, ...streamMappings].map(({ functionName, logicalId }) => [
        functionName,
        logicalId,
      ]),
    );
    const { lambdas } = engine;
    const invoke = lambdas.invoke.bind(lambdas);
    lambdas.invoke = async (name, event, ...rest) => {
      const mapping = this.#mappings.get(name) ?? '';
      const salt = this.#waiting.get(mapping);
      const { Records: good } = event as { Records?: readonly Json[] };
      if (!salt || !good?.[0]) return invoke(name, event, ...rest);
      this.#waiting.delete(mapping);
      const malformed = salt(good[0], mapping);
      const outcome = await invoke(name, { Records: interleaved(malformed, good) }, ...rest);
      const answer = JSON.stringify(outcome.kind === 'ok' ? outcome.payload : outcome);
      this.handled.push({ mapping, malformed, answer });
      return outcome;
    };
  }

  /** Logical ids of all mappings. */
  get mappings(): string[] {
    return [...this.#mappings.values()];
  }

  /** The next batch of every mapping gets some. */
  saltNext(salt: Salt): void {
    for (const mapping of this.mappings) this.#waiting.set(mapping, salt);
  }

  /** Also where no batch has come since. */
  stopSalting(): void {
    this.#waiting.clear();
  }
}

/** A malformed one first, then in turns, and what is left over last. */
const interleaved = (malformed: readonly Json[], good: readonly Json[]): Json[] =>
  Array.from({ length: Math.max(malformed.length, good.length) }, (_, at) => [
    ...malformed.slice(at, at + 1),
    ...good.slice(at, at + 1),
  ]).flat();
