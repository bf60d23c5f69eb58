/** The cloud assembly that the tests run on, and its template. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another one on request: `npm run iam` has the tests run on templates that lack a permission. */
export const assemblyDir = process.env.EVERONCE_TEST_ASSEMBLY ?? 'build/cdk.test.out';

export type Resource = {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON; each test reads its own part
  readonly Properties: any;
  readonly DeletionPolicy?: string;
};
export type TemplateFile = {
  readonly Resources: Record<string, Resource>;
  readonly Outputs: Record<string, { Value: unknown }>;
};

export const readTemplate = (dir = assemblyDir): TemplateFile =>
  JSON.parse(readFileSync(join(dir, 'Everonce.template.json'), 'utf8')) as TemplateFile;

export const resourcesOf = (template: TemplateFile, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
