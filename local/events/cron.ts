/**
 * EventBridge's cron expressions: six fields, in UTC, to the minute. Says which minute comes next;
 * timers are not its business.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */

/** The first minute named after `afterMs`; nothing when there is none any more. */
export type Cron = (afterMs: number) => number | undefined;

type DayTest = (day: Date) => boolean;
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Words for the numbers from `min` on. */
  readonly words?: readonly string[];
}

const minutes: Field = { name: 'minutes', min: 0, max: 59 };
const hours: Field = { name: 'hours', min: 0, max: 23 };
const daysOfMonth: Field = { name: 'day-of-month', min: 1, max: 31 };
const months: Field = {
  name: 'month',
  min: 1,
  max: 12,
  words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const daysOfWeek: Field = {
  name: 'day-of-week',
  min: 1,
  max: 7,
  words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const years: Field = { name: 'year', min: 1970, max: 2199 };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** `text` is what stands between the parentheses of `cron(…)`. */
export function parseCron(text: string): Cron {
  const fields = text.trim().toUpperCase().split(/\s+/);
  if (fields.length !== 6) {
    throw new Error(
      `it has ${fields.length} fields, but needs six: ` +
        'minutes, hours, day-of-month, month, day-of-week, year',
    );
  }
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error(
      `day-of-month is ${dayOfMonth} and day-of-week is ${dayOfWeek}, but exactly one must be ?`,
    );
  }
  const inMonth = numbers(month, months);
  const inYear = numbers(year, years);
  const isNamed = dayOfWeek === '?' ? dayOfMonthTest(dayOfMonth) : dayOfWeekTest(dayOfWeek);
  const offsets = minuteOffsets(numbers(hour, hours), numbers(minute, minutes));
  const isDay: DayTest = (day) =>
    inYear.has(day.getUTCFullYear()) && inMonth.has(day.getUTCMonth() + 1) && isNamed(day);
  return (afterMs) => nextMinute(afterMs, isDay, offsets);
}

function nextMinute(
  afterMs: number,
  isDay: DayTest,
  offsets: readonly number[],
): number | undefined {
  const startMs = Math.floor(afterMs / dayMs) * dayMs;
  for (let atMs = startMs; ; atMs += dayMs) {
    const day = new Date(atMs);
    if (day.getUTCFullYear() > years.max) return undefined;
    if (!isDay(day)) continue;
    const offset = offsets.find((each) => atMs + each > afterMs);
    if (offset !== undefined) return atMs + offset;
  }
}

/** The minutes of a day, in ms from midnight, ascending. */
function minuteOffsets(inHours: ReadonlySet<number>, inMinutes: ReadonlySet<number>): number[] {
  const all = [...inHours].flatMap((hour) => [...inMinutes].map((minute) => hour * 60 + minute));
  return all.sort((a, b) => a - b).map((minute) => minute * minuteMs);
}

/** Lists, ranges and steps: `1,5`, `1-5`, `0/15`, `*`. */
function numbers(text: string, field: Field): ReadonlySet<number> {
  const named = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, , last, , step] = /^(\*|\w+)(-(\w+))?(\/(\d+))?$/.exec(part) ?? [];
    if (first === undefined || (first === '*' && last !== undefined)) throw unusable(text, field);
    const from = first === '*' ? field.min : number(first, field);
    const isOpen = first === '*' || step !== undefined;
    const to = last !== undefined ? number(last, field) : isOpen ? field.max : from;
    const by = Number(step ?? 1);
    if (to < from || by < 1) throw unusable(text, field);
    for (let each = from; each <= to; each += by) named.add(each);
  }
  return named;
}

function number(text: string, field: Field): number {
  const word = field.words?.indexOf(text) ?? -1;
  const value = word >= 0 ? field.min + word : Number(/^\d+$/.test(text) ? text : Number.NaN);
  if (value >= field.min && value <= field.max) return value;
  throw unusable(text, field);
}

const unusable = (text: string, { name, min, max, words }: Field): Error =>
  new Error(
    `${name} is ${text}, but must be of ${min}-${max}${words ? ` or ${words[0]}-${words.at(-1)}` : ''}`,
  );

/** `L` is the month's last day, `15W` the weekday nearest to the 15th within the month. */
function dayOfMonthTest(text: string): DayTest {
  if (text === 'L') return (day) => day.getUTCDate() === lastDate(day);
  const [, near] = /^(\d+)W$/.exec(text) ?? [];
  if (near !== undefined) {
    const wanted = number(near, daysOfMonth);
    return (day) => day.getUTCDate() === nearestWeekday(day, wanted);
  }
  const named = numbers(text, daysOfMonth);
  return (day) => named.has(day.getUTCDate());
}

/** `6L` is the month's last Friday, `3#2` its second Tuesday; a bare `L` is Saturday. */
function dayOfWeekTest(text: string): DayTest {
  const [, last] = /^(\w+)L$/.exec(text) ?? [];
  if (last !== undefined) {
    const wanted = number(last, daysOfWeek);
    return (day) => weekday(day) === wanted && day.getUTCDate() > lastDate(day) - 7;
  }
  const [, which, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (which !== undefined) {
    const wanted = number(which, daysOfWeek);
    return (day) => weekday(day) === wanted && Math.ceil(day.getUTCDate() / 7) === Number(nth);
  }
  const named = text === 'L' ? new Set([7]) : numbers(text, daysOfWeek);
  return (day) => named.has(weekday(day));
}

const weekday = (day: Date): number => day.getUTCDay() + 1;

const lastDate = (day: Date): number =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

/** Nothing in a month that has no such day. */
function nearestWeekday(month: Date, wanted: number): number | undefined {
  const last = lastDate(month);
  if (wanted > last) return undefined;
  const on = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), wanted)).getUTCDay();
  if (on === 6) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (on === 0) return wanted < last ? wanted + 1 : wanted - 2;
  return wanted;
}
