/** What AWS refuses of functions and of their mappings, and so does the loader. */
import { afterAll, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../../local/template/load.ts';
import {
  aFunction,
  aMapping,
  aRole,
  aTable,
  getAtt,
  type Resources,
  removeAssemblies,
  writeAssembly,
} from './assembly.ts';

afterAll(removeAssemblies);

const load = (resources: Resources) =>
  loadAssembly(writeAssembly({ Role: aRole, Work: aFunction(), Orders: aTable(), ...resources }));

const withVariables = (Variables: Record<string, string>) => ({
  Work: aFunction({ Environment: { Variables } }),
});

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
describe('the variables of a function', () => {
  it('have 4 KB together', () => {
    const fitting = { AB: 'x'.repeat(2046), CD: 'ü'.repeat(1023) };
    expect(load(withVariables(fitting)).functions[0]?.environment).toEqual(fitting);
    expect(() => load(withVariables({ ...fitting, EF: '' }))).toThrow(
      'Work (AWS::Lambda::Function): its variables have 4098 bytes, and AWS takes 4096',
    );
  });

  it('are not those that Lambda sets itself', () => {
    expect(() => load(withVariables({ AWS_REGION: 'eu-west-1' }))).toThrow(
      "the variable AWS_REGION is Lambda's own",
    );
  });

  it('begin with a letter', () => {
    expect(() => load(withVariables({ _TABLE: 'x' }))).toThrow(
      'the variable _TABLE must be a letter, and then letters, digits and underscores',
    );
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
describe('reserved concurrency', () => {
  it('leaves a hundred of the account’s to functions that reserve none', () => {
    const reserving = (count: number) => aFunction({ ReservedConcurrentExecutions: count });
    expect(load({ A: reserving(500), B: reserving(400) }).functions).toHaveLength(3);
    expect(() => load({ A: reserving(500), B: reserving(401) })).toThrow(
      'A, B: they reserve a concurrency of 901, and AWS keeps 100',
    );
  });
});

describe('a mapping of a stream', () => {
  const mapped = (properties: Record<string, unknown>) => {
    const EventSourceArn = getAtt('Orders', 'StreamArn');
    const defaults = { EventSourceArn, StartingPosition: 'TRIM_HORIZON' };
    return { Map: aMapping({ ...defaults, ...properties }) };
  };

  it('stays in the model when it is disabled, so that it keeps its place', () => {
    expect(load(mapped({ Enabled: false })).streamMappings).toMatchObject([{ isEnabled: false }]);
    expect(load(mapped({})).streamMappings).toMatchObject([{ isEnabled: true }]);
  });

  it('is no reader while it is disabled', () => {
    const by = (name: string, Enabled: boolean) =>
      mapped({ Enabled, FunctionName: { Ref: name } }).Map;
    const resources = { F: aFunction(), G: aFunction(), H: aFunction() };
    const mappings = { A: by('F', true), B: by('G', true), C: by('H', false) };
    expect(load({ ...resources, ...mappings }).streamMappings).toHaveLength(3);
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
  it.each([0, 59])('has no record age of %i seconds, which is too short', (age) => {
    expect(() => load(mapped({ MaximumRecordAgeInSeconds: age }))).toThrow(
      `MaximumRecordAgeInSeconds is ${age}, but must be -1 or from 60 to 604800`,
    );
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
  it('has five filters at most', () => {
    const filters = (count: number) => ({
      FilterCriteria: { Filters: Array(count).fill({ Pattern: '{"eventName":["INSERT"]}' }) },
    });
    expect(load(mapped(filters(5))).streamMappings[0]?.filters).toHaveLength(5);
    expect(() => load(mapped(filters(6)))).toThrow('it has 6 filters, and AWS takes 5');
  });
});
