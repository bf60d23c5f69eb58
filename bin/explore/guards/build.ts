/**
 * A cloud assembly from which guards are missing. Everything they do not touch is a link to the
 * original; bundles are built by the product's own settings, from sources that were edited on the way.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildResult, build } from 'esbuild';
import { bundling, entries } from '../../../lib/bundle.ts';
import { linkAssembly } from '../../command/link-assembly.ts';
import { type Guard, GuardMoved, isSourceEdit } from './guard.ts';
import { type ChangedSources, readingInstead, sourcesWithout } from './source-edits.ts';
import { resourcesOf, type TemplateBody } from './template-edits.ts';

/** Bundles by entry. */
type Bundles = ReadonlyMap<string, string>;

/**
 * Writes into `target`, which is replaced, what `source` is without the guards. Throws `GuardMoved`
 * when a guard is not where its edits look for it, or when an edit changes nothing.
 */
export async function assemblyWithout(
  guards: readonly Guard[],
  { source, target }: { source: string; target: string },
): Promise<void> {
  const template = templateWithout(guards, readTemplate(source));
  const bundles = await bundlesWithout(guards);
  const assets = new Map([...bundles].map(([entry, code]) => [assetOf(template, entry), code]));
  linkAssembly(source, target, (name) => name === templateFile || assets.has(name));
  writeFileSync(join(target, templateFile), JSON.stringify(template));
  // The code cache beside an asset is named by the hash of its code: no other bundle takes it.
  for (const [asset, code] of assets) {
    mkdirSync(join(target, asset));
    writeFileSync(join(target, asset, 'index.js'), code);
  }
}

const templateFile = 'Everonce.template.json';

const readTemplate = (assembly: string): TemplateBody =>
  JSON.parse(readFileSync(join(assembly, templateFile), 'utf8')) as TemplateBody;

/** The template, changed in place. */
export function templateWithout(guards: readonly Guard[], body: TemplateBody): TemplateBody {
  for (const { id, name, edits } of guards)
    for (const edit of edits) {
      if (isSourceEdit(edit)) continue;
      const before = JSON.stringify(body);
      edit.template(body);
      if (JSON.stringify(body) === before)
        throw new GuardMoved(`${id} (${name}): its edit leaves the template as it is`);
    }
  return body;
}

/** The bundles that differ from the deployed ones. */
export async function bundlesWithout(guards: readonly Guard[]): Promise<Bundles> {
  const sources = sourcesWithout(guards);
  if (sources.size === 0) return new Map();
  const changed = await changedEntries(sources);
  if (changed.length === 0)
    throw new GuardMoved(`${guards.map(({ id }) => id).join(', ')}: no function changes`);
  return bundlesOf(
    await build({
      ...bundling(changed, outdir),
      write: false,
      plugins: [readingInstead(sources)],
    }),
  );
}

/** Names outputs only: nothing is written there. */
const outdir = 'without-guards';

/**
 * Entries in whose own code the edits can be seen. Most of a bundle is the SDK, which takes most of
 * the time: a build that leaves it out tells which ones are worth it.
 */
async function changedEntries(sources: ChangedSources): Promise<string[]> {
  unedited ??= ownCode(new Map());
  const [before, after] = await Promise.all([unedited, ownCode(sources)]);
  return [...after.keys()].filter((entry) => after.get(entry) !== before.get(entry));
}

/** Entries whose code is another without the guards; none when only the template is. */
export async function entriesChangedBy(guards: readonly Guard[]): Promise<string[]> {
  const sources = sourcesWithout(guards);
  return sources.size === 0 ? [] : changedEntries(sources);
}

let unedited: Promise<Bundles> | undefined;

const ownCode = async (sources: ChangedSources): Promise<Bundles> =>
  bundlesOf(
    await build({
      ...bundling(entries(), outdir),
      write: false,
      minify: false,
      packages: 'external',
      plugins: [readingInstead(sources)],
    }),
  );

const bundlesOf = ({ outputFiles = [] }: BuildResult): Bundles =>
  new Map(outputFiles.map(({ path, text }) => [basename(dirname(path)), text]));

function assetOf(body: TemplateBody, entry: string): string {
  const fn = resourcesOf(body, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.Description === entry,
  );
  const { S3Key } = (fn?.Properties.Code ?? {}) as { S3Key?: string };
  if (S3Key) return `asset.${S3Key.replace(/\.zip$/, '')}`;
  throw new GuardMoved(`the template has no function for ${entry}`);
}
