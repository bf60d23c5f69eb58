/** A state as a short text: equal for states that differ only in the order of those at work. */
import { type Agent, parkable, type State } from './state.ts';
import { placeCode } from './tasks.ts';

/** Words that never stand in one field may share a letter. */
const letters: Readonly<Record<string, string>> = {
  ...{ none: '-', PENDING: 'P', CONFIRMED: 'C', REJECTED: 'R', CANCELLED: 'X', REFUSED: 'F' },
  ...{ HELD: 'H', RELEASED: 'R', TRIED: 'T', AUTHORIZED: 'A', DECLINED: 'D', VOIDED: 'V' },
  ...{ CAPTURED: 'C', PARKED: 'P', BOOKED: 'B', CANCELLING: 'G', CLAIMED: 'L', SENT: 'S' },
  ...{ live: 'l', declined: 'd', cancelled: 'x', captured: 'c' },
};
const letter = (word: string): string => letters[word] ?? `<${word}>`;
const flag = (isSet: boolean): string => (isSet ? '1' : '0');

/** Everything but who is at work. */
export function encodeRows(s: State): string {
  const words = [s.order, s.money, s.reservation, s.payment, s.intent, s.older];
  const flags = [
    s.isLate,
    s.isSold,
    s.isKeyOld,
    s.isKeyBroken,
    s.isHoldExpired,
    s.isMailKeyOld,
    s.isUndoneInPart,
  ];
  const rows = [...words, s.shipment, s.notification].map(letter).join('');
  const parked = parkable.map((step) => flag(s.parked.includes(step))).join('');
  const counts = [...s.available, s.parcels, s.mails, s.faults].join(',');
  return `${rows}${flags.map(flag).join('')}${parked}${counts}${s.wrong}`;
}

/** The execution's memory included. */
export const encodeAgent = ({ kind, failed, hasParked, ...place }: Agent): string =>
  `${kind[0]}${placeCode(place)}${hasParked ? '!' : ''}${failed ? `<${failed}>` : ''}`;

export const encode = (s: State): string =>
  `${encodeRows(s)};${s.agents.map(encodeAgent).sort().join('')}`;
