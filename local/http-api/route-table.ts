/**
 * Which route a request takes. API Gateway prefers, in this order: a full match, one with a greedy
 * `{name+}`, `$default`; among those literal segments before variables, and a method before ANY.
 */
import type { RouteModel } from '../template/model.ts';

export interface RouteMatch {
  readonly route: RouteModel;
  /** Path variables, percent-decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable' | 'greedy'; readonly name: string };
interface Pattern {
  readonly route: RouteModel;
  readonly method: string;
  readonly segments: readonly Segment[];
}

const precedence = { literal: 0, variable: 1, greedy: 2 } as const;

export class RouteTable {
  readonly #patterns: readonly Pattern[];
  readonly #default: RouteModel | undefined;

  constructor(routes: readonly RouteModel[]) {
    this.#default = routes.find(({ key }) => key === '$default');
    this.#patterns = routes
      .filter(({ key }) => key !== '$default')
      .map(parse)
      .sort(bySpecificity);
  }

  /** `path` is percent-encoded and without a query. */
  find(method: string, path: string): RouteMatch | undefined {
    const parts = path.split('/').slice(1);
    for (const { route, method: wanted, segments } of this.#patterns) {
      if (wanted !== 'ANY' && wanted !== method) continue;
      const parameters = match(segments, parts);
      if (parameters) return { route, parameters };
    }
    return this.#default && { route: this.#default, parameters: {} };
  }
}

function parse(route: RouteModel): Pattern {
  const [method = '', path = ''] = route.key.split(' ');
  return { route, method, segments: path.split('/').slice(1).map(parseSegment) };
}

function parseSegment(text: string): Segment {
  const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return { kind: plus ? 'greedy' : 'variable', name };
}

function bySpecificity(a: Pattern, b: Pattern): number {
  const isGreedy = ({ segments }: Pattern) => Number(segments.at(-1)?.kind === 'greedy');
  if (isGreedy(a) !== isGreedy(b)) return isGreedy(a) - isGreedy(b);
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    if (!other) return -1;
    const difference = precedence[segment.kind] - precedence[other.kind];
    if (difference !== 0) return difference;
  }
  if (a.segments.length !== b.segments.length) return 1;
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function match(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (segment.kind === 'greedy') {
      const rest = parts.slice(index).join('/');
      if (rest === '') return undefined;
      return { ...parameters, [segment.name]: decodeURIComponent(rest) };
    }
    if (part === undefined) return undefined;
    if (segment.kind === 'literal' && segment.text !== decodeURIComponent(part)) return undefined;
    if (segment.kind === 'variable') {
      if (part === '') return undefined;
      parameters[segment.name] = decodeURIComponent(part);
    }
  }
  return segments.length === parts.length ? parameters : undefined;
}
