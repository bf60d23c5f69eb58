/**
 * Why a change may go unnoticed, where it may. An explanation whose change is noticed after all, or can
 * no longer be made, is an error.
 */
export interface Explanation {
  readonly file: string;
  /** Parts of the changes as they are printed, each enough to know them by. */
  readonly changes: readonly string[];
  readonly reason: string;
}

export const explanations: readonly Explanation[] = [];
