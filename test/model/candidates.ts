/**
 * The explanations of what was seen of one order: the rows with what is hidden in them, and the places
 * where invocations may stand. Worked out once for all orders that come to the same point.
 */
import { encodeRows } from './encode.ts';
import { timeFaults } from './faults.ts';
import { agent, type Move, type Rules } from './move.ts';
import { afterFailure, codeOf, type Places, placesAfter, placesLater, placesOf } from './places.ts';
import { alwaysViolated } from './properties.ts';
import { type Agent, nothingYet, type State } from './state.ts';
import { entriesOf, stageOf } from './tasks.ts';
import { type Visible, valueAfter } from './visible.ts';

/** Immutable, and one object for each `key`. */
export type Candidate = {
  readonly key: string;
  readonly rows: State;
  readonly rowsCode: string;
  readonly places: Places;
};

export type Unseen = {
  /** Time may pass in which keys are forgotten. */
  readonly daysMayPass: boolean;
  /** A compensation and its parking may both run out of tries. */
  readonly parkingMayFail: boolean;
};

export const rules: Rules = {
  has: () => true,
  consumers: ['CapturePayment', 'NotifyCustomer'],
  startsAgain: true,
};

const interned = new Map<string, Candidate>();

function candidate(rows: State, places: Places): Candidate {
  const rowsCode = encodeRows(rows);
  const key = `${rowsCode};${codeOf(places)}`;
  const made = interned.get(key) ?? { key, rows, rowsCode, places };
  interned.set(key, made);
  return made;
}

export const beginning = (unseen: Unseen): readonly Candidate[] =>
  closed([candidate(nothingYet, placesOf([agent('message', 'PlaceOrder')]))], unseen);

const known = new Map<string, readonly Candidate[]>();

/** The explanations that are left after a write; none when it cannot be explained. */
export function successors(
  candidates: readonly Candidate[],
  event: Visible,
  unseen: Unseen,
): readonly Candidate[] {
  const { entry, participant, value } = event;
  const what = `${unseen.daysMayPass} ${unseen.parkingMayFail} ${entry} ${participant} ${value}`;
  const found = candidates.flatMap((each) => {
    const key = `${what} ${each.key}`;
    const made = known.get(key) ?? closed(written(each, event), unseen);
    known.set(key, made);
    return made;
  });
  return essential(found);
}

/** All ways in which somebody may have made the write. */
function written({ rows, places }: Candidate, event: Visible): Candidate[] {
  const { entry, participant, value } = event;
  const able = [...places.values()].filter(({ task }) => entriesOf(task).includes(entry));
  return able.flatMap((me) =>
    stageOf(me)(rows, rules, me).flatMap((move) => {
      const after = { ...rows, ...move.change };
      const isIt = move.writes === participant && valueAfter(participant, rows, after) === value;
      if (!isIt || alwaysViolated(after)) return [];
      return [candidate(after, placesAfter(places, me, move, rules))];
    }),
  );
}

/** With everything that may have happened since without a trace. */
function closed(candidates: readonly Candidate[], unseen: Unseen): readonly Candidate[] {
  const found = new Set<Candidate>();
  const todo = [...candidates];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const full = saturated(next, unseen);
    if (found.has(full)) continue;
    found.add(full);
    if (unseen.daysMayPass) todo.push(...later(full));
  }
  return essential([...found]);
}

/** Every place that can be reached unseen. Nothing but an invocation's own place moves unseen. */
function saturated({ rows, places }: Candidate, { parkingMayFail }: Unseen): Candidate {
  const reached = new Map(places);
  // A map also hands out what is added to it on the way.
  for (const me of reached.values()) {
    const next = silent(rows, me).flatMap((move) => [...placesAfter(new Map(), me, move, rules)]);
    const failed = placesOf(afterFailure(me, rules, parkingMayFail));
    for (const [code, each] of [...next, ...failed]) reached.set(code, each);
  }
  return candidate(rows, reached);
}

const silent = (rows: State, me: Agent): readonly Move[] =>
  stageOf(me)(rows, rules, me).filter(({ writes }) => writes === undefined);

/** The deadline of an order only keeps from moving, and is left out. */
const later = ({ rows, places }: Candidate): Candidate[] =>
  timeFaults(rows).map(({ to }) => candidate({ ...to, isLate: false }, placesLater(places)));

/** What allows less than another explanation with the same rows explains nothing more. */
function essential(candidates: readonly Candidate[]): readonly Candidate[] {
  const different = [...new Set(candidates)];
  const allowsLess = (one: Candidate, other: Candidate) =>
    one !== other && one.rowsCode === other.rowsCode && isWithin(one.places, other.places);
  return different.filter((one) => !different.some((other) => allowsLess(one, other)));
}

const isWithin = (some: Places, more: Places): boolean =>
  some.size <= more.size && [...some.keys()].every((code) => more.has(code));
