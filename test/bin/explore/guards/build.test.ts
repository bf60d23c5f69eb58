import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assemblyWithout,
  bundlesWithout,
  templateWithout,
} from '../../../../bin/explore/guards/build.ts';
import { guardOf, guards } from '../../../../bin/explore/guards/catalogue.ts';
import { type Guard, isSourceEdit } from '../../../../bin/explore/guards/guard.ts';
import { editMachine, type Machine } from '../../../../bin/explore/guards/template-edits.ts';
import { bundleOf } from '../../../../lib/bundle.ts';
import { loadTemplate } from '../../../../local/template/load.ts';
import { Template } from '../../../../local/template/template.ts';
import { assemblyDir, readTemplate, resourcesOf } from '../../../support/assembly.ts';

const pick = (...ids: string[]): Guard[] => ids.map(guardOf);

let target: string;
beforeAll(() => {
  target = join(mkdtempSync(join(tmpdir(), 'everonce-guards-')), 'assembly');
});
afterAll(() => rmSync(join(target, '..'), { recursive: true, force: true }));

const assetOf = (entry: string): string => {
  const functions = resourcesOf(readTemplate(), 'AWS::Lambda::Function');
  const [, fn] = functions.find(([, { Properties }]) => Properties.Description === entry) ?? [];
  return `asset.${fn?.Properties.Code.S3Key.replace('.zip', '')}`;
};

describe('bundles without a guard', () => {
  it('are the deployed ones where nothing is taken away', async () => {
    const unnoticed: Guard = {
      ...guardOf('g1'),
      edits: [
        {
          file: 'lambdas/place-order.ts',
          find: 'return answer(outcome);',
          replace: 'return answer( outcome );',
        },
      ],
    };
    await expect(bundlesWithout([unnoticed])).rejects.toThrow('no function changes');
  });

  it('are built anew only for functions in whose code the guard stands', async () => {
    const bundles = await bundlesWithout(pick('g19a'));
    expect([...bundles.keys()]).toEqual(['confirm-order']);
  });

  it('lack the guard and nothing else', async () => {
    const deployed = readFileSync(join(bundleOf('place-order'), 'index.js'), 'utf8');
    const code = (await bundlesWithout(pick('g1'))).get('place-order') ?? '';
    expect(deployed).toContain('attribute_not_exists(id)');
    expect(code).not.toContain('attribute_not_exists(id)');
    expect(Math.abs(deployed.length - code.length)).toBeLessThan(200);
  });
});

describe('a template without a guard', () => {
  const onTemplate = guards.filter(({ edits }) => edits.some((edit) => !isSourceEdit(edit)));
  const fresh = () => structuredClone(readTemplate()) as Parameters<typeof templateWithout>[1];

  it.each(onTemplate.map((guard) => [guard.id, guard] as const))(
    'differs from the deployed one, and is one that the engine takes: %s',
    (_, guard) => {
      const body = templateWithout([guard], fresh());
      expect(body).not.toEqual(fresh());
      const template = new Template('Everonce', body as unknown as Record<string, unknown>);
      expect(loadTemplate(template, assemblyDir).machines).toHaveLength(1);
    },
  );

  it('says so when an edit changes nothing', () => {
    const idle: Guard = { ...guardOf('g46'), edits: [{ template: () => undefined }] };
    expect(() => templateWithout([idle], fresh())).toThrow(/g46.*leaves the template as it is/);
  });

  const definitionOf = (guard: Guard): Machine => {
    const found: Machine[] = [];
    editMachine(templateWithout([guard], fresh()), (machine) => found.push(machine));
    const [machine] = found;
    assert(machine, 'the template has a machine');
    return machine;
  };

  it('undoes in the order of the actions without g21', () => {
    const { States } = definitionOf(guardOf('g21'));
    expect(States.IsConfirmed?.Default).toBe('ReleaseStock');
    expect(
      ['ReleaseStock', 'VoidPayment', 'CancelShipment'].map((name) => States[name]?.Next),
    ).toEqual(['VoidPayment', 'CancelShipment', 'IsAnythingParked']);
  });

  it('undoes only the steps before the one that failed without g20', () => {
    const { States } = definitionOf(guardOf('g20'));
    expect(States.IsConfirmed?.Choices).toEqual([
      expect.objectContaining({ Next: 'ConfirmedElsewhere' }),
      { Condition: '{% $failed = "ReserveStock" %}', Next: 'IsAnythingParked' },
      { Condition: '{% $failed = "AuthorizePayment" %}', Next: 'ReleaseStock' },
      { Condition: '{% $failed = "BookShipment" %}', Next: 'VoidPayment' },
      { Condition: '{% $failed = "ConfirmOrder" %}', Next: 'CancelShipment' },
    ]);
  });
});

describe('an assembly without guards', () => {
  it('has new code for what changed and links to the original for everything else', async () => {
    const bundle = join(assetOf('confirm-order'), 'index.js');
    const original = readFileSync(join(assemblyDir, bundle), 'utf8');
    await assemblyWithout(pick('g19a', 'g46'), { source: assemblyDir, target });
    const own = readdirSync(target).filter(
      (name) => !lstatSync(join(target, name)).isSymbolicLink(),
    );
    expect(own.sort()).toEqual(['Everonce.template.json', assetOf('confirm-order')]);
    expect(existsSync(join(target, assetOf('place-order'), 'index.js'))).toBe(true);
    expect(readFileSync(join(target, bundle), 'utf8')).not.toBe(original);
    expect(readFileSync(join(assemblyDir, bundle), 'utf8')).toBe(original);
  });

  it('replaces what was there before', async () => {
    await assemblyWithout(pick('g19a'), { source: assemblyDir, target });
    await assemblyWithout(pick('g46'), { source: assemblyDir, target });
    const asset = join(target, assetOf('confirm-order'));
    expect(lstatSync(asset).isSymbolicLink()).toBe(true);
  });
});
