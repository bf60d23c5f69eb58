/**
 * JSON from strangers: refuses, before any schema looks at it, what JSON.parse would let through but
 * two readers could understand differently (repeated names, lone surrogates) or choke on (depth).
 */
import { RequestRefused } from '../contract/http.ts';

const maxDepth = 16;
/** Strings and structure of a text that is known to be JSON. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

export function parseStrictJson(text: string): unknown {
  const value = parse(text);
  const complaint = complaintAbout(text);
  if (complaint) throw new RequestRefused('invalid-request', complaint);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestRefused('invalid-request', 'The body is not JSON.');
  }
}

function complaintAbout(json: string): string | undefined {
  const names: Set<string>[] = [];
  let string: string | undefined;
  for (const [token] of json.matchAll(tokens)) {
    if (token === '{' || token === '[') names.push(new Set());
    if (token === '}' || token === ']') names.pop();
    if (names.length > maxDepth) return `The body is nested deeper than ${maxDepth} levels.`;
    if (token === ':') {
      const complaint = complaintAboutName(string ?? '', names.at(-1) ?? new Set());
      if (complaint) return complaint;
    }
    string = token.startsWith('"') ? (JSON.parse(token) as string) : undefined;
    if (string?.isWellFormed() === false) return 'A string of the body is not valid Unicode.';
  }
  return undefined;
}

function complaintAboutName(name: string, seen: Set<string>): string | undefined {
  if (name === '__proto__') return 'The body has a field that no request has.';
  if (seen.has(name)) return 'An object of the body has the same field twice.';
  seen.add(name);
  return undefined;
}
