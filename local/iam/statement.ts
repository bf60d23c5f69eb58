/**
 * Statements of a policy document, checked when the template is read: whatever the engine could not
 * evaluate as AWS does is refused there, naming the policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
import { type Condition, problemOf } from './conditions.ts';

export interface Statement {
  /** Where it stands: the resource of the template, and its place among that one's statements. */
  readonly logicalId: string;
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Listing;
  /** Absent in a trust policy, which is about the role itself. */
  readonly resources: Listing | undefined;
  /** Absent in an identity policy, which is about its owner. */
  readonly principals: Listing | undefined;
  readonly conditions: readonly Condition[];
}

/** `Action` or, with `isExcept`, `NotAction`; the same for the others. */
export interface Listing {
  readonly isExcept: boolean;
  readonly values: readonly string[];
}

export type PolicyKind = 'identity' | 'resource' | 'trust';

export interface PolicySource {
  readonly logicalId: string;
  readonly kind: PolicyKind;
  /** Number of its first statement, where one resource holds several documents. @default 0 */
  readonly firstIndex?: number;
  /** Complains, naming the resource. */
  readonly fail: (complaint: string) => never;
}

type Json = Readonly<Record<string, unknown>>;

const documentMembers = new Set(['Version', 'Id', 'Statement']);
const statementMembers = new Set([
  ...['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource'],
  ...['Principal', 'NotPrincipal', 'Condition'],
]);

/** Without wildcards: AWS refuses `role/*` and `*.amazonaws.com` here. */
const awsPrincipal = /^(\*|\d{12}|arn:[^*?]+)$/;
const servicePrincipal = /^[a-z0-9.-]+\.amazonaws\.com$/;
const actionForm = {
  form: /^(\*|[a-z0-9-]+:[a-z0-9*?]+)$/i,
  words: 'must be * or a service and its action, like sqs:SendMessage',
};
const resourceForm = { form: /^(\*|arn:.+)$/s, words: 'must be * or an ARN' };

export function readStatements(document: unknown, source: PolicySource): Statement[] {
  if (!isObject(document)) return source.fail('a policy document is missing');
  refuseUnknown(document, documentMembers, source);
  const { Version, Statement } = document;
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17')
    source.fail(`policy version ${JSON.stringify(Version)} is unknown; the current is 2012-10-17`);
  const list: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  const { firstIndex = 0 } = source;
  return list.map((raw, index) => readStatement(raw, firstIndex + index, source));
}

function readStatement(raw: unknown, index: number, source: PolicySource): Statement {
  const fail = (complaint: string): never => source.fail(`statement ${index}: ${complaint}`);
  if (!isObject(raw)) return fail('is missing');
  refuseUnknown(raw, statementMembers, { ...source, fail });
  const { Effect } = raw;
  if (Effect !== 'Allow' && Effect !== 'Deny')
    return fail(`Effect is ${JSON.stringify(Effect)}, but must be Allow or Deny`);
  const needed = { ...source, fail };
  return {
    logicalId: source.logicalId,
    index,
    effect: Effect,
    actions: readListing(raw, 'Action', fail) ?? fail('Action is missing'),
    resources: readResources(raw, needed),
    principals: readPrincipals(raw, Effect, needed),
    conditions: readConditions(raw.Condition, fail),
  };
}

function readResources(raw: Json, { kind, fail }: PolicySource): Listing | undefined {
  const resources = readListing(raw, 'Resource', fail);
  if (kind === 'trust') {
    if (resources) fail('a trust policy has no Resource');
    return undefined;
  }
  return resources ?? fail('Resource is missing');
}

function readPrincipals(
  raw: Json,
  effect: Statement['effect'],
  { kind, fail }: PolicySource,
): Listing | undefined {
  const isExcept = raw.NotPrincipal !== undefined;
  const element = raw.Principal ?? raw.NotPrincipal;
  if (kind === 'identity') {
    if (element !== undefined) fail('a policy of an identity has no Principal');
    return undefined;
  }
  if (isExcept && raw.Principal !== undefined) fail('has both Principal and NotPrincipal');
  if (isExcept && effect === 'Allow') fail('NotPrincipal is supported with Deny only');
  if (element === '*') return { isExcept, values: ['*'] };
  if (!isObject(element)) return fail('Principal is missing');
  const unknown = Object.keys(element).find((type) => type !== 'AWS' && type !== 'Service');
  if (unknown) fail(`principals of type ${unknown} are not known to the local engine`);
  const accounts = textsOf(element.AWS ?? [], fail);
  const services = textsOf(element.Service ?? [], fail);
  refuseOther(accounts, awsPrincipal, 'must be *, an account or an ARN without wildcards', fail);
  refuseOther(services, servicePrincipal, 'must be a service like events.amazonaws.com', fail);
  const names = [...accounts, ...services];
  if (names.length === 0) fail('Principal is empty');
  return { isExcept, values: names };
}

/** `<name>` or `Not<name>`. */
function readListing(
  raw: Json,
  name: 'Action' | 'Resource',
  fail: (complaint: string) => never,
): Listing | undefined {
  const [own, except] = [raw[name], raw[`Not${name}`]];
  if (own !== undefined && except !== undefined) fail(`has both ${name} and Not${name}`);
  const element = own ?? except;
  if (element === undefined) return undefined;
  const values = textsOf(element, fail);
  if (values.length === 0) fail(`${name} is empty`);
  const { form, words } = name === 'Action' ? actionForm : resourceForm;
  refuseOther(values, form, words, fail);
  return { isExcept: own === undefined, values };
}

function readConditions(raw: unknown, fail: (complaint: string) => never): Condition[] {
  if (raw === undefined) return [];
  if (!isObject(raw)) return fail('Condition must be an object');
  return Object.entries(raw).flatMap(([operator, keys]) => {
    if (!isObject(keys)) return fail(`Condition.${operator} must be an object`);
    return Object.entries(keys).map(([key, value]) => {
      const condition = { operator, key: key.toLowerCase(), values: textsOf(value, fail) };
      const problem = problemOf(condition);
      return problem ? fail(problem) : condition;
    });
  });
}

function textsOf(element: unknown, fail: (complaint: string) => never): string[] {
  const list: readonly unknown[] = Array.isArray(element) ? element : [element];
  return list.map((value) => {
    const text = typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string') return fail(`${JSON.stringify(value)} must be a string`);
    if (text.includes('${'))
      return fail(`the policy variable in ${text} is not known to the local engine`);
    return text;
  });
}

/** What AWS calls a malformed policy document. */
function refuseOther(
  values: readonly string[],
  form: RegExp,
  words: string,
  fail: (complaint: string) => never,
): void {
  const other = values.find((value) => !form.test(value));
  if (other !== undefined) fail(`${JSON.stringify(other)} ${words}`);
}

function refuseUnknown(json: Json, known: ReadonlySet<string>, { fail }: PolicySource): void {
  const unknown = Object.keys(json).find((member) => !known.has(member));
  if (unknown) fail(`${unknown} is not known to the local engine in a policy`);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
