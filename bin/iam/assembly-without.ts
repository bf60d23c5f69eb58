/** A cloud assembly that lacks one statement of one policy; everything else is the original's. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkAssembly } from '../command/link-assembly.ts';

type Json = Record<string, unknown>;
type Body = { Resources: Record<string, { Type: string; Properties: Json }> };
type Place = { readonly logicalId: string; readonly index: number };

/** Writes it into `target`, which is replaced. */
export function writeAssemblyWithout(source: string, place: Place, target: string): void {
  linkAssembly(source, target, isTemplate);
  for (const name of readdirSync(source).filter(isTemplate))
    writeFileSync(join(target, name), JSON.stringify(without(join(source, name), place)));
}

const isTemplate = (name: string): boolean => name.endsWith('.template.json');

function without(file: string, { logicalId, index }: Place): Body {
  const body = JSON.parse(readFileSync(file, 'utf8')) as Body;
  const resource = body.Resources[logicalId];
  if (!resource) throw new Error(`${file} has no resource ${logicalId} to take a statement from`);
  if (resource.Type === 'AWS::Lambda::Permission') delete body.Resources[logicalId];
  else removeStatement(documentsOf(resource.Properties), index, `${logicalId}#${index}`);
  return body;
}

/** In the order in which statements are numbered: a role's trust policy comes before its others. */
function documentsOf({ AssumeRolePolicyDocument, Policies, PolicyDocument }: Json): Json[] {
  const inline = (Policies ?? []) as { PolicyDocument: Json }[];
  const own = [AssumeRolePolicyDocument, PolicyDocument].filter(Boolean) as Json[];
  return [...own, ...inline.map((policy) => policy.PolicyDocument)];
}

function removeStatement(documents: readonly Json[], index: number, name: string): void {
  let left = index;
  for (const document of documents) {
    const statements = [document.Statement].flat();
    if (left < statements.length) {
      document.Statement = statements.toSpliced(left, 1);
      return;
    }
    left -= statements.length;
  }
  throw new Error(`there is no statement ${name} to take away`);
}
