/** What the answers of a participant may not say, whatever happened meanwhile: a fence's memory. */
import type { Played } from './actors.ts';

export type StepAnswer = { readonly outcome: string; readonly reason?: string };
/** An answer of the action, or of the compensation. */
export type Told = Played<StepAnswer> & { readonly step: 'act' | 'undo' };

/** Refusals that no row remembers: the next try may find more. */
const passing = new Set(['OUT_OF_STOCK']);

/**
 * A repeat gets the first answer, until a compensation changes it for ever. Only what began after
 * the other had ended is a repeat.
 */
export function contradictions(history: readonly Told[]): string[] {
  const acts = history.flatMap((told) => answered(told, 'act'));
  const undos = history.filter(({ step }) => step === 'undo');
  return acts.flatMap((first) =>
    acts
      .filter((second) => second.began > first.ended)
      .flatMap((second) => {
        const isUndone = undos.some(({ began }) => began < second.ended);
        const isKept = first.outcome === second.outcome && first.reason === second.reason;
        if (isKept || passing.has(first.reason ?? '')) return [];
        if (isUndone && second.outcome === 'refused') return [];
        return [`${textOf(first)} and later ${textOf(second)}`];
      }),
  );
}

function answered({ step, began, ended, answer }: Told, wanted: Told['step']) {
  return step === wanted && !(answer instanceof Error) ? [{ began, ended, ...answer }] : [];
}

const textOf = ({ outcome, reason }: StepAnswer): string =>
  reason === undefined ? outcome : `${outcome} (${reason})`;
