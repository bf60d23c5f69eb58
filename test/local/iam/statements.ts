/** Statements as a template would have them, for tests. */
import type { Principal } from '../../../local/iam/principal.ts';
import { type PolicyKind, readStatements, type Statement } from '../../../local/iam/statement.ts';

export const read = (kind: PolicyKind, ...statements: readonly object[]): Statement[] =>
  readStatements(
    { Version: '2012-10-17', Statement: statements },
    {
      ...{ logicalId: 'Policy', kind },
      fail: (complaint) => {
        throw new Error(`Policy: ${complaint}`);
      },
    },
  );

export const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders';
export const queue = 'arn:aws:sqs:us-east-1:000000000000:Work';
export const roleArn = 'arn:aws:iam::000000000000:role/place-order';

export const role: Principal = { kind: 'role', arn: roleArn, session: 'place-order' };
export const service = (name: string): Principal => ({
  ...{ kind: 'service', service: `${name}.amazonaws.com` },
});
