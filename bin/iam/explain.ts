/** Findings held against explanations: what remains unexplained, and which explanation is stale. */
import type { Explanation } from './explanations.ts';

export interface Explained {
  readonly explained: readonly { readonly finding: string; readonly reason: string }[];
  readonly unexplained: readonly string[];
  /** Explanations that match no finding. */
  readonly stale: readonly string[];
}

export function explain(
  findings: readonly string[],
  explanations: readonly Explanation[],
): Explained {
  const reasonOf = (finding: string) =>
    explanations.find(({ about }) => about.test(finding))?.reason;
  return {
    explained: findings.flatMap((finding) => {
      const reason = reasonOf(finding);
      return reason === undefined ? [] : { finding, reason };
    }),
    unexplained: findings.filter((finding) => reasonOf(finding) === undefined),
    stale: explanations
      .filter(({ about }) => !findings.some((finding) => about.test(finding)))
      .map(({ about }) => String(about)),
  };
}
