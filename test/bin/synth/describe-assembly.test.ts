import { describe, expect, it } from 'vitest';
import { describeAssembly } from '../../../bin/synth/describe-assembly.ts';
import { assemblyDir, readTemplate, resourcesOf } from '../../support/assembly.ts';

describe('what npm run synth prints', () => {
  it('says which file holds the template, how much is in it, and what to do with it', () => {
    const template = readTemplate();
    const functions = resourcesOf(template, 'AWS::Lambda::Function').length;
    const all = Object.keys(template.Resources).length;
    const text = describeAssembly(assemblyDir);
    expect(text).toContain(`Everonce.template.json: ${all} resources (functions ${functions}, `);
    expect(text).toContain('state machines 1');
    expect(text).toContain(`npm start -- --assembly ${assemblyDir}`);
  });
});
