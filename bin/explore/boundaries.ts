/**
 * The fifteen boundaries of the charter, and which of them a site lies at. A site may lie at several:
 * a step of the saga that asks a provider is at the provider's, and in the order of the participants.
 */
import type { Site } from '../../local/explorer/site.ts';
import { brokenRecoveries } from './scenarios/broken-recoveries.ts';
import { deadLetters } from './scenarios/dead-letters.ts';
import { deployMidSaga } from './scenarios/deploy-mid-saga.ts';
import { erasedOrder } from './scenarios/erased-order.ts';
import { failingReaders } from './scenarios/failing-readers.ts';
import { failingSteps } from './scenarios/failing-steps.ts';
import { garbledAnswers } from './scenarios/garbled-answers.ts';
import { longRescue } from './scenarios/long-rescue.ts';
import { redrivenExecutions } from './scenarios/redriven-executions.ts';
import { seldomAnswers } from './scenarios/seldom-answers.ts';
import { standstill } from './scenarios/standstill.ts';
import { streamOutage } from './scenarios/stream-outage.ts';

export interface Boundary {
  readonly number: number;
  readonly title: string;
  /** Letters of the kinds that the charter wants here. */
  readonly letters: string;
}

export const boundaries: readonly Boundary[] = [
  { number: 1, title: 'client → API', letters: 'LDRPH' },
  { number: 2, title: 'API function ↔ DynamoDB', letters: 'BLCTHS' },
  { number: 3, title: 'DynamoDB → stream → relay', letters: 'DRCPH' },
  { number: 4, title: 'relay → SQS', letters: 'BLCH' },
  { number: 5, title: 'SQS → consumer', letters: 'DRCHP' },
  { number: 6, title: 'consumer or step ↔ its rows', letters: 'BLCTHS' },
  { number: 7, title: 'starter → StartExecution', letters: 'LD' },
  { number: 8, title: 'Step Functions → function', letters: 'BLTHD' },
  { number: 9, title: 'function ↔ provider', letters: 'BLTHPS' },
  { number: 10, title: 'provider → webhook', letters: 'DRPK' },
  { number: 11, title: 'webhook → token', letters: 'LDR' },
  { number: 12, title: 'projector ↔ view', letters: 'DRCS' },
  { number: 13, title: 'timers, reminders, events of executions', letters: 'DRK' },
  { number: 14, title: 'beside or after what operators do', letters: '' },
  { number: 15, title: 'order of the participants', letters: 'RT' },
];

/** Scenarios in which operators do more than use the API. */
const operated: ReadonlySet<string> = new Set(
  [
    ...[...failingSteps, ...failingReaders, ...deadLetters, ...redrivenExecutions],
    ...[...brokenRecoveries, deployMidSaga, erasedOrder, garbledAnswers],
    longRescue,
    ...[...seldomAnswers, standstill, streamOutage],
  ].map(({ name }) => name),
);

/** Consumers of what time or the end of an execution brings. */
const reminded: ReadonlySet<string> = new Set(['watch-deadline', 'recover-saga']);

/** Ascending. Throws for a site that lies at none: a report without it would hide it. */
export function boundariesOf(site: Site, scenario: string): readonly number[] {
  const found = site.what === 'call' ? ofCall(site) : ofArrival(site);
  if (!found) throw new Error(`${site.id} (from ${site.source}) lies at no boundary; add it here`);
  return operated.has(scenario) || site.source === 'operator' ? sorted([...found, 14]) : found;
}

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

/** What comes to a function, or to a rule. */
function ofArrival({ actor, source }: Site): readonly number[] | undefined {
  switch (source) {
    case 'client':
    case 'http':
      return [1];
    case 'stream':
    case 'operator':
      return [actor === 'project-order' ? 12 : 3];
    case 'sqs':
      if (actor === 'start-saga') return [5, 7];
      return reminded.has(actor) ? [5, 13] : [5];
    case 'states':
      return [8, 15];
    case 'bus':
      return [13];
    default:
      return undefined;
  }
}

function ofCall(site: Site): readonly number[] | undefined {
  const { actor, action, place, source } = site;
  if (place === 'machine') return [7];
  if (action === 'SendMessageBatch') return [4];
  if (action === 'SendMessage') return [13];
  if (source === 'http') return [2];
  if (actor === 'project-order' || (actor === 'rescue-outbox' && place === 'OrderView'))
    return [12];
  if (source === 'states') return [place === 'Sandbox' ? 9 : 6, 15];
  if (source === 'sqs') return [place === 'Sandbox' ? 9 : 6];
  // Readers of a stream that park poison.
  return source === 'stream' || source === 'operator' ? [3] : undefined;
}
