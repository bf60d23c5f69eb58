/**
 * `rate(…)` and `cron(…)` of a scheduled rule. Says when a rule is due next, and refuses what
 * EventBridge would refuse; timers are not its business.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
import { parseCron } from './cron.ts';

/** When the rule is due for the first time after `afterMs`; a rate counts from `sinceMs` on. */
export type Schedule = (afterMs: number, sinceMs: number) => number | undefined;

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

export function parseSchedule(expression: string): Schedule {
  const [, kind, text = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  try {
    if (kind === 'cron') return parseCron(text);
    if (kind === 'rate') return parseRate(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the schedule ${expression} cannot be used: ${reason}`, { cause: error });
  }
  throw new Error(`the schedule ${expression} is neither rate(…) nor cron(…)`);
}

function parseRate(text: string): Schedule {
  const [, digits = '', unit = '', plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(text) ?? [];
  const value = Number(digits);
  if (value < 1 || !isUnit(unit))
    throw new Error('it needs a positive number and minutes, hours or days, like rate(5 minutes)');
  if ((value === 1) === (plural === 's'))
    throw new Error(`it must be ${value} ${unit}${value === 1 ? '' : 's'}`);
  const everyMs = value * unitMs[unit];
  return (afterMs, sinceMs) =>
    sinceMs + (Math.floor(Math.max(0, afterMs - sinceMs) / everyMs) + 1) * everyMs;
}

const isUnit = (unit: string): unit is keyof typeof unitMs => Object.hasOwn(unitMs, unit);
