/** The wall clock, for entries to hand to the shell. */
import { type Instant, instant } from '../domain/values.ts';

export const wallClock = (): Instant => instant(Date.now());
