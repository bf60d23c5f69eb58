/**
 * Imported wherever fast-check is: the same cases in every run, so that a failure is one of the
 * change at hand. `EVERONCE_SEED=random npm test` looks for new ones; a number repeats what one found.
 */
import { configureGlobal } from 'fast-check';

const wanted = process.env.EVERONCE_SEED ?? '14';
if (wanted !== 'random') configureGlobal({ seed: Number(wanted) });
