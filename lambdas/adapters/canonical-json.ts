/** One text per JSON value: names sorted by UTF-16 code units, no white space (as RFC 8785 does). */
import assert from 'node:assert/strict';

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return objectJson(value);
  const isJson =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    Number.isFinite(value);
  assert(isJson, `only JSON has a canonical form, not a ${typeof value}`);
  return JSON.stringify(value);
}

function objectJson(object: object): string {
  const present = Object.entries(object).filter(([, value]) => value !== undefined);
  present.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${present.map(([name, value]) => `${JSON.stringify(name)}:${canonicalJson(value)}`).join(',')}}`;
}
