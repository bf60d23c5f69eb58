/** What the policies of a template say, action by action, and what of it was used. */
import type { Statement } from '../../local/iam/statement.ts';
import { matchesAction, matchesResource } from '../../local/iam/wildcard.ts';
import type { AccessModel } from '../../local/template/model.ts';

/** One use of a statement, as the engine tells of it. */
export interface Use {
  /** `<logical id>#<index>` */
  readonly statement: string;
  readonly action: string;
  readonly resource: string;
}

export interface GrantedAction {
  readonly statement: string;
  readonly action: string;
  readonly resource: string;
}

export const nameOf = ({ logicalId, index }: Pick<Statement, 'logicalId' | 'index'>): string =>
  `${logicalId}#${index}`;

/** Every statement, each once: a managed policy may serve several roles. */
export function statementsOf({ roles, resourcePolicies }: AccessModel): Statement[] {
  const all = [
    ...roles.flatMap(({ trust, statements }) => [...trust, ...statements]),
    ...[...resourcePolicies.values()].flat(),
  ];
  return [...new Map(all.map((statement) => [nameOf(statement), statement])).values()];
}

/** A trust policy is about its role, and says no resource; `Not…` grants everything it does not name. */
export function grantedBy(statement: Statement): GrantedAction[] {
  const { effect, actions, resources } = statement;
  if (effect === 'Deny') return [];
  const patterns = actions.isExcept ? ['*'] : actions.values;
  const places = !resources || resources.isExcept ? ['*'] : resources.values;
  return patterns.flatMap((action) =>
    places.map((resource) => ({ statement: nameOf(statement), action, resource })),
  );
}

/** `uses` of other statements do not count, even where they are of the same action. */
export function unusedOf(access: AccessModel, uses: readonly Use[]): GrantedAction[] {
  const byStatement = Map.groupBy(uses, ({ statement }) => statement);
  return statementsOf(access)
    .flatMap(grantedBy)
    .filter((granted) => !byStatement.get(granted.statement)?.some((use) => isUseOf(use, granted)));
}

const isUseOf = (use: Use, { action, resource }: GrantedAction): boolean =>
  matchesAction(action, use.action) && matchesResource(resource, use.resource);
