/** Reads the members of an API request, and the tokens that lead through its pages. */
import { AwsError } from '../gateway/service.ts';

export type Request = Readonly<Record<string, unknown>>;

export function requiredText(request: Request, member: string): string {
  const value = optionalText(request, member);
  if (value !== undefined) return value;
  throw invalid(`Value at '${member}' failed to satisfy constraint: Member must not be null`);
}

export function optionalText(request: Request, member: string): string | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalid(`Value at '${member}' must be a string, got ${JSON.stringify(value)}`);
}

export function optionalFlag(request: Request, member: string, absent: boolean): boolean {
  const value = request[member] ?? absent;
  if (typeof value === 'boolean') return value;
  throw invalid(`Value at '${member}' must be a boolean, got ${JSON.stringify(value)}`);
}

/** Members that change what an action does, and that the engine does not do. */
export function refuseMembers(request: Request, members: readonly string[], why: string): void {
  const given = members.find((member) => request[member] !== undefined && request[member] !== null);
  if (given !== undefined) throw invalid(`'${given}' is not emulated by the local engine: ${why}`);
}

/** The other answer leaves out what is encrypted, which is nothing here. */
export function refuseMetadataOnly(request: Request): void {
  const asked = optionalText(request, 'includedData') ?? 'ALL_DATA';
  if (asked === 'ALL_DATA') return;
  throw invalid(`'includedData' ${asked} is not emulated by the local engine, only ALL_DATA`);
}

/** 1 to 1000; 0 and nothing mean 100. */
export function pageSize(request: Request): number {
  const value = request.maxResults || 100;
  const isFit = typeof value === 'number' && Number.isInteger(value) && value >= 1;
  if (isFit && value <= 1000) return value;
  throw invalid(`Value at 'maxResults' must be from 0 to 1000, got ${JSON.stringify(value)}`);
}

const tokenForm = /^page-(\d+)$/;

/** Tokens hold the number of the last item that was answered. */
export const tokenAfter = (last: number): string => Buffer.from(`page-${last}`).toString('base64');

export function lastAnswered(request: Request): number | undefined {
  const token = optionalText(request, 'nextToken');
  if (token === undefined) return undefined;
  const [, last] = tokenForm.exec(Buffer.from(token, 'base64').toString()) ?? [];
  if (last !== undefined) return Number(last);
  throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
}

export const invalid = (problem: string): AwsError =>
  new AwsError('ValidationException', `1 validation error detected: ${problem}`);
