/** What a schema found wrong, in words for the client: never the value, and a bounded number. */
import type * as z from 'zod/mini';

const mostIssues = 10;
/** zod/mini carries no locale: this is its message for everything without words of its own. */
const speechless = 'Invalid input';

export type DescribedIssue = { readonly path: readonly PropertyKey[]; readonly detail: string };

export function describeIssues(issues: readonly z.core.$ZodIssue[]): DescribedIssue[] {
  return issues.flatMap(describe).slice(0, mostIssues);
}

function describe(issue: z.core.$ZodIssue): DescribedIssue[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: /^\w{1,40}$/.test(key) ? [...issue.path, key] : issue.path,
      detail: 'is not a field of this request',
    }));
  return [{ path: issue.path, detail: words(issue) }];
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.message !== speechless) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'an integer' : `of type ${issue.expected}`}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    default:
      return 'is not in the expected form';
  }
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' items long' : '';
}
