// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../local/events/schedule-expression.ts';

const at = (iso: string) => Date.parse(`${iso}Z`);

/** The next so many times after a moment, to the minute. */
function next(expression: string, after: string, count = 1): string[] {
  const schedule = parseSchedule(expression);
  const found: string[] = [];
  for (let ms: number | undefined = at(after); found.length < count; ) {
    ms = schedule(ms, at(after));
    if (ms === undefined) return found;
    found.push(new Date(ms).toISOString().slice(0, 16));
  }
  return found;
}

describe('a cron expression', () => {
  // The examples of the documentation.
  it.each([
    ['0 10 * * ? *', 'every day at 10:00', '2026-01-01T10:00', ['2026-01-02T10:00']],
    ['15 12 * * ? *', 'every day at 12:15', '2026-01-01T00:00', ['2026-01-01T12:15']],
    ['0 18 ? * MON-FRI *', 'weekdays at 18:00', '2026-01-02T18:00', ['2026-01-05T18:00']],
    ['0 8 1 * ? *', 'the first of the month', '2026-01-01T08:00', ['2026-02-01T08:00']],
    [
      '0/15 * * * ? *',
      'every 15 minutes',
      '2026-01-01T23:40',
      ['2026-01-01T23:45', '2026-01-02T00:00'],
    ],
    [
      '0/5 8-17 ? * MON-FRI *',
      'every 5 minutes of working hours',
      '2026-01-02T17:50',
      ['2026-01-02T17:55', '2026-01-05T08:00'],
    ],
    ['0 9 ? * 2#1 *', 'the first Monday', '2026-01-01T00:00', ['2026-01-05T09:00']],
    ['0/30 20-2 ? * * *', undefined, '', []],
  ])('%s means %s', (fields, meaning, after, expected) => {
    const expression = `cron(${fields})`;
    if (meaning === undefined) expect(() => parseSchedule(expression)).toThrow('hours is 20-2');
    else expect(next(expression, after, expected.length)).toEqual(expected);
  });

  it.each([
    ['L for the last day of the month', '0 0 L * ? *', '2028-02-01T00:00', '2028-02-29T00:00'],
    ['15W for the weekday nearest', '0 0 15W * ? *', '2026-02-01T00:00', '2026-02-16T00:00'],
    ['1W never in another month', '0 0 1W * ? *', '2026-07-31T01:00', '2026-08-03T00:00'],
    ['31W never in another month', '0 0 31W * ? *', '2026-05-01T00:00', '2026-05-29T00:00'],
    ['6L for the last Friday', '0 0 ? * 6L *', '2026-01-01T00:00', '2026-01-30T00:00'],
    ['L for Saturday', '0 0 ? * L *', '2026-01-01T00:00', '2026-01-03T00:00'],
    ['3#2 for the second Tuesday', '0 0 ? * 3#2 *', '2026-01-01T00:00', '2026-01-13T00:00'],
    ['names in lists', '0 0 1 JAN,MAR ? *', '2026-01-02T00:00', '2026-03-01T00:00'],
    ['a year', '0 0 1 1 ? 2030', '2026-01-02T00:00', '2030-01-01T00:00'],
  ])('knows %s', (_what, fields, after, expected) => {
    expect(next(`cron(${fields})`, after)).toEqual([expected]);
  });

  it('has an end when its year is over', () => {
    expect(next('cron(0 0 1 1 ? 2020)', '2026-01-01T00:00')).toEqual([]);
  });

  it.each([
    ['0 10 * * *', 'has 5 fields'],
    ['0 10 * * * *', 'exactly one must be ?'],
    ['0 10 ? * ? *', 'exactly one must be ?'],
    ['60 10 * * ? *', 'minutes is 60, but must be of 0-59'],
    ['0 24 * * ? *', 'hours is 24'],
    ['0 0 32 * ? *', 'day-of-month is 32'],
    ['0 0 * 13 ? *', 'month is 13, but must be of 1-12 or JAN-DEC'],
    ['0 0 ? * 0 *', 'day-of-week is 0'],
    ['0 0 ? * 3#1,6#3 *', 'day-of-week is 3#1,6#3'],
    ['0 0 * * ? 1969', 'year is 1969'],
    ['0/0 0 * * ? *', 'minutes is 0/0'],
    ['*-5 0 * * ? *', 'minutes is *-5'],
  ])('%s is refused: %s', (fields, message) => {
    expect(() => parseSchedule(`cron(${fields})`)).toThrow(message);
  });
});

describe('a rate expression', () => {
  it.each([
    ['rate(1 minute)', '2026-01-01T00:01'],
    ['rate(5 minutes)', '2026-01-01T00:05'],
    ['rate(1 hour)', '2026-01-01T01:00'],
    ['rate(7 days)', '2026-01-08T00:00'],
  ])('%s counts from the start of the rule', (expression, expected) => {
    expect(next(expression, '2026-01-01T00:00')).toEqual([expected]);
  });

  it.each([
    ['rate(1 minutes)', 'it must be 1 minute'],
    ['rate(5 minute)', 'it must be 5 minutes'],
    ['rate(0 minutes)', 'a positive number'],
    ['rate(30 seconds)', 'minutes, hours or days'],
    ['rate(1.5 hours)', 'a positive number'],
    ['every 5 minutes', 'neither rate(…) nor cron(…)'],
    ['at(2026-01-01T00:00:00)', 'neither rate(…) nor cron(…)'],
  ])('%s is refused: %s', (expression, message) => {
    expect(() => parseSchedule(expression)).toThrow(message);
  });
});
