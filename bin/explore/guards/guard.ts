/**
 * A guard of the pipeline, and how it is taken out of what is deployed: edits of the source before it
 * is bundled, or of the template. The product itself knows no switches. Who looks for the damage is
 * not its business.
 */
import type { TemplateBody } from './template-edits.ts';

export interface Guard {
  /** As in the charter, with a letter where one removal does not say it all; `p…` for our own. */
  readonly id: string;
  /** What it keeps, as a statement. */
  readonly name: string;
  /** Invariants of which at least one must be seen to break. Empty for defence in depth. */
  readonly expects: readonly string[];
  readonly edits: readonly Edit[];
  /** Where it would show: scenario and faults. Of defence in depth a sentence: who covers for it. */
  readonly hint: string;
  /** Others keep the same promise: without this one alone, everything must still hold. */
  readonly defenceInDepth?: true;
  /** Others without which its removal shows: each hides the absence of the other. */
  readonly pairs?: readonly Pair[];
}

export interface Pair {
  /** Id of the other guard; of several, joined by `+`. */
  readonly with: string;
  readonly expects: readonly string[];
  readonly hint: string;
}

export type Edit = SourceEdit | TemplateEdit;

export interface SourceEdit {
  /** From the root, as `lambdas/domain/order.ts`. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** Changes the template in place. */
export interface TemplateEdit {
  readonly template: (body: TemplateBody) => void;
}

export const isSourceEdit = (edit: Edit): edit is SourceEdit => 'file' in edit;

/** What a guard is taken away from is no longer where it was. */
export class GuardMoved extends Error {
  override readonly name = 'GuardMoved';
}

/** `g24` for `g24b`. */
export const charterId = (id: string): string => id.replace(/[a-z]$/, '');
