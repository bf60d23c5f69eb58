/** AWS's limit for what travels between states, tasks and variables. */
import type { StateError } from './state-error.ts';

export const maxPayloadBytes = 262_144;

/** Returns `text`; throws what `refusal` makes of the size when it is over the limit. */
export function checkSize(text: string, refusal: (size: string) => StateError): string {
  if (isWithinLimit(text)) return text;
  throw refusal(`${Buffer.byteLength(text)} bytes, at most ${maxPayloadBytes} are allowed`);
}

/** UTF-8 takes at most three bytes for each UTF-16 unit: most texts need no counting. */
export const isWithinLimit = (text: string): boolean =>
  text.length * 3 <= maxPayloadBytes || Buffer.byteLength(text) <= maxPayloadBytes;
