/** Sites and summaries of runs that nobody has run, for what only looks at them. */
import type { Summary } from '../../../bin/explore/summary.ts';
import type { Violation } from '../../../bin/explore/watcher.ts';
import { faultKind } from '../../../local/explorer/fault-kinds.ts';
import { parseSchedule, scheduleId } from '../../../local/explorer/schedule.ts';
import type { PlannedFault, Site, SiteKind } from '../../../local/explorer/site.ts';

/** From a name like `bus/FAILED.rule@2`; its path and edge are its name without the count. */
export function siteOf(id: string, parts: Partial<Site> = {}): Site {
  const [, actor = '', action = '', place = ''] = /^(.+)\/(.+)\.(.+)@\d+$/.exec(id) ?? [];
  const what = kindOf(actor, action);
  const source = { call: 'sqs', delivery: place, request: 'client', event: 'bus' }[what];
  const path = id.replace(/@\d+$/, '');
  return { id, what, actor, action, place, source, path, edge: path, ...parts };
}

function kindOf(actor: string, action: string): SiteKind {
  if (actor === 'client') return 'request';
  if (actor === 'bus') return 'event';
  return action === 'on' ? 'delivery' : 'call';
}

/** An event: B, D and R20m are all that can happen to it. */
export const eventAt = (status: string, parts: Partial<Site> = {}): Site =>
  siteOf(`bus/${status}.rule@1`, parts);
export const kindsOfEvents = ['B', 'D', 'R20m'] as const;

export interface Run {
  readonly scenario?: string;
  readonly sites?: readonly Site[];
  readonly struck?: readonly PlannedFault[];
  readonly violations?: readonly Violation[];
  readonly trace?: string;
  readonly marks?: readonly string[];
}

export function summaryOf(run: Run = {}): Summary {
  const { scenario = 'one-order', sites = [], struck = [], violations = [], marks = [] } = run;
  return {
    ...{ sites, violations, marks, trace: run.trace ?? '' },
    id: scheduleId({ scenario, seed: 1, faults: struck }),
    struck: struck.map(({ site, fault }) => ({
      ...{ site, fault, letter: faultKind(site, fault).letter },
      met: sites.find(({ id }) => id === site) ?? siteOf(site),
    })),
  };
}

export const violationOf = (invariant: string): Violation => ({
  ...{ invariant, name: 'any', problem: 'expected one, found two', step: 1, atMs: 2 },
});

/** `bus/A.rule@1=B,…` as it stands in a schedule. */
export const faultsIn = (text: string): readonly PlannedFault[] =>
  parseSchedule(`one-order:1:${text}`).faults;
