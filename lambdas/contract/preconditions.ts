/**
 * Entity tags, If-Match and If-None-Match (RFC 9110) and Prefer: wait (RFC 7240). The tag of an order
 * is its version in quotes.
 */
import { limits } from './limits.ts';

export const entityTag = (version: number): string => `"${version}"`;

const tag = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
const oneTag = new RegExp(`^${tag}$`);
const tagList = new RegExp(`^${tag}(?:[ \\t]*,[ \\t]*${tag})*$`);
const versionTag = /^"([1-9]\d{0,8})"$/;

export type IfMatch =
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed' }
  /** A tag, but none that this API has given out as current. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'version'; readonly version: number };

/** Exactly one tag: the decision is about one version. */
export function parseIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) return { kind: 'missing' };
  const text = header.trim();
  if (!oneTag.test(text)) return { kind: 'malformed' };
  const version = versionTag.exec(text)?.[1];
  return version ? { kind: 'version', version: Number(version) } : { kind: 'foreign' };
}

/** What the client has: any version, or the newest of those it names; undefined for nothing usable. */
export function parseIfNoneMatch(header: string | undefined): 'any' | number | undefined {
  const text = header?.trim();
  if (text === '*') return 'any';
  if (!text || !tagList.test(text)) return undefined;
  const versions = text
    .split(',')
    .map((part) => versionTag.exec(part.trim().replace(/^W\//, ''))?.[1])
    .filter((version) => version !== undefined);
  return versions.length > 0 ? Math.max(...versions.map(Number)) : undefined;
}

/** Seconds of `Prefer: wait=N`, bounded; 0 for no preference. The first one counts, as RFC 7240 says. */
export function parseWaitSeconds(header: string | undefined): number {
  const found = /(?:^|,)[ \t]*wait[ \t]*=[ \t]*"?(\d{1,6})"?[ \t]*(?=[,;]|$)/i.exec(header ?? '');
  return Math.min(Number(found?.[1] ?? 0), limits.waitSeconds);
}
