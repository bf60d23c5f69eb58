/** Survivors held against explanations: what remains unexplained, and which explanation is stale. */
import type { Explanation } from './explanations.ts';
import type { Survivor } from './findings.ts';

export interface Explained {
  readonly explained: readonly (Survivor & { readonly reason: string })[];
  readonly unexplained: readonly Survivor[];
  /** Explained changes that did not survive. */
  readonly stale: readonly string[];
}

/** `files` are those that were mutated: of others nothing is known. */
export function explain(
  survivors: readonly Survivor[],
  explanations: readonly Explanation[],
  files: readonly string[],
): Explained {
  const about = ({ file, changes }: Explanation, survivor: Survivor): boolean =>
    file === survivor.file && changes.some((change) => survivor.change.includes(change));
  const reasonOf = (survivor: Survivor) =>
    explanations.find((explanation) => about(explanation, survivor))?.reason;
  return {
    explained: survivors.flatMap((survivor) => {
      const reason = reasonOf(survivor);
      return reason === undefined ? [] : { ...survivor, reason };
    }),
    unexplained: survivors.filter((survivor) => reasonOf(survivor) === undefined),
    stale: explanations
      .filter(({ file }) => files.includes(file))
      .flatMap((explanation) => staleChanges(explanation, survivors)),
  };
}

const staleChanges = ({ file, changes }: Explanation, survivors: readonly Survivor[]): string[] =>
  changes
    .filter((text) => !survivors.some((s) => s.file === file && s.change.includes(text)))
    .map((text) => `${file}: ${text}`);
