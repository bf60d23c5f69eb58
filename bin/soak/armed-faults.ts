/** Faults whose turn has come, and which wait for a site: one in so many is theirs, as chance has it. */
import type { FaultKind } from '../../local/explorer/fault-kind.ts';
import type { Site, SiteKind } from '../../local/explorer/site.ts';

/** How likely an armed fault strikes at a site that it could strike at. */
const shares: Readonly<Record<SiteKind, number>> = {
  request: 0.1,
  call: 0.05,
  delivery: 0.3,
  event: 1,
};

export class ArmedFaults {
  readonly #random: () => number;
  readonly #left = new Map<FaultKind, number>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Anew, if it has not struck as often yet as it could have. */
  arm(kind: FaultKind, times: number): void {
    this.#left.set(kind, times);
  }

  /** The fault that strikes there. */
  at(site: Site): FaultKind | undefined {
    const isFit = (kind: FaultKind) => kind.what === site.what && kind.appliesTo(site);
    const found = [...this.#left].find(([kind]) => isFit(kind));
    if (!found || this.#random() >= shares[site.what]) return undefined;
    const [kind, left] = found;
    // The next one to strike is another one.
    this.#left.delete(kind);
    if (left > 1) this.#left.set(kind, left - 1);
    return kind;
  }
}
