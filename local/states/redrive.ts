/**
 * RedriveExecution's rules: which executions can go on from the state they failed in, and which requests
 * are the same one again.
 */
import { AwsError } from '../gateway/service.ts';
import { longestRunMs } from './deadline.ts';
import type { ExecutionFacts } from './facts.ts';
import { maxEvents } from './history.ts';
import { invalid, optionalText, type Request } from './request.ts';

const redrivableForMs = 14 * 24 * 3600 * 1000;
const tokenLifeMs = 15 * 60 * 1000;
const keptTokens = 10;

export interface RedriveState {
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  readonly redriveStatusReason?: string;
}

export interface Moment {
  readonly nowMs: number;
  /** Whether its machine is being deleted. */
  readonly isDeleting: boolean;
}

export function redriveState(facts: ExecutionFacts, moment: Moment): RedriveState {
  const redriveStatusReason = obstacle(facts, moment);
  return redriveStatusReason === undefined
    ? { redriveStatus: 'REDRIVABLE' }
    : { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
}

export function checkRedrivable(facts: ExecutionFacts, moment: Moment): void {
  const reason = obstacle(facts, moment);
  if (reason === undefined) return;
  throw new AwsError('ExecutionNotRedrivable', `${reason}: '${facts.arn}'`);
}

/** In AWS's words; there must be room for ExecutionRedriven and one more event. */
function obstacle(facts: ExecutionFacts, { nowMs, isDeleting }: Moment): string | undefined {
  const { status, stopMs = nowMs, startMs, eventCount } = facts;
  if (isDeleting) return 'State machine is in DELETING status';
  if (status === 'RUNNING' || status === 'SUCCEEDED')
    return `Execution is ${status} and cannot be redriven`;
  if (eventCount >= maxEvents - 1) return 'Execution history event limit exceeded';
  if (nowMs - startMs >= longestRunMs) return 'Execution has exceeded the max execution time';
  if (nowMs - stopMs > redrivableForMs) return 'Execution redrivable period exceeded';
  return undefined;
}

/** A redrive that was asked for with a token. */
interface Use {
  readonly token: string;
  readonly atMs: number;
}

export function clientToken(request: Request): string | undefined {
  const token = optionalText(request, 'clientToken');
  if (token === undefined || /^[!-~]{1,64}$/.test(token)) return token;
  throw invalid(`Value at 'clientToken' must be 1 to 64 visible ASCII characters, got '${token}'`);
}

/** When the redrive took place that this token asked for, as long as AWS remembers it. */
export const redrivenBefore = (tokens: string, token: string, nowMs: number): number | undefined =>
  usesOf(tokens).find((use) => use.token === token && nowMs - use.atMs <= tokenLifeMs)?.atMs;

export function withToken(tokens: string, token: string | undefined, atMs: number): string {
  if (token === undefined) return tokens;
  const others = usesOf(tokens).filter((use) => use.token !== token);
  return JSON.stringify([...others, { token, atMs }].slice(-keptTokens));
}

const usesOf = (tokens: string): readonly Use[] => JSON.parse(tokens) as readonly Use[];
