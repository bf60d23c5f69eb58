/** Machines that clients make, change and delete beside those of the template. */
import { describe, expect, it } from 'vitest';
import { arnOf, Engine, invoke, ok, only } from './engine.ts';

const roleArn = 'arn:aws:iam::000000000000:role/any';
const text = (state: object) => JSON.stringify({ QueryLanguage: 'JSONata', ...only(state) });
const passing = text({ Type: 'Pass', End: true });
const slow = text({ Type: 'Wait', Seconds: 60, End: true });
const ofTemplate = only({ Type: 'Pass', End: true });

const made = { name: 'Made', definition: passing, roleArn };
type Created = { stateMachineArn: string; creationDate: number };
const create = (engine: Engine, more: object = {}) =>
  engine.call<Created>('CreateStateMachine', { ...made, ...more });
const start = async (engine: Engine, name: string, machine = 'Made') => {
  const input = { stateMachineArn: arnOf(machine), name };
  const answer = await engine.call<{ executionArn: string }>('StartExecution', input);
  return answer.executionArn;
};
const ofMachine = (name: string) => ({ stateMachineArn: arnOf(name) });

describe('CreateStateMachine', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
  it('makes a Standard machine that runs under the role it names', async () => {
    const engine = new Engine(ofTemplate, { work: () => ok(1) });
    const definition = text(invoke('work', { End: true }));
    expect(await create(engine, { definition })).toEqual({
      stateMachineArn: arnOf('Made'),
      creationDate: engine.kernel.now() / 1000,
    });
    const arn = await start(engine, 'e1');
    await engine.finish();
    expect(await engine.describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await engine.call('DescribeStateMachine', ofMachine('Made'))).toMatchObject({
      name: 'Made',
      ...{ status: 'ACTIVE', type: 'STANDARD' },
      ...{ definition, roleArn },
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
  it('answers the same machine again, whatever its role, and keeps the first role', async () => {
    const engine = new Engine(ofTemplate);
    const first = await create(engine);
    await engine.kernel.advance(1000);
    expect(await create(engine, { roleArn: `${roleArn}-other` })).toEqual(first);
    const described = await engine.call('DescribeStateMachine', ofMachine('Made'));
    expect(described).toMatchObject({ roleArn });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
  it.each([
    ['StateMachineAlreadyExists', { definition: slow }],
    ['InvalidName', { name: 'a b' }],
    ['InvalidName', { name: 'x'.repeat(81) }],
    ['InvalidArn', { roleArn: 'admin' }],
    ['ValidationException', { roleArn: undefined }],
    ['ValidationException', { name: undefined }],
    ['InvalidDefinition', { name: 'New', definition: '{' }],
    ['InvalidDefinition', { name: 'New', definition: text({ Type: 'Pass' }) }],
    ['InvalidDefinition', { name: 'New', definition: ' '.repeat(1024 * 1024 + 1) }],
    ['StateMachineTypeNotSupported', { name: 'New', type: 'EXPRESS' }],
    ['ValidationException', { name: 'New', publish: true }],
    ['ValidationException', { name: 'New', versionDescription: 'first' }],
    ['ValidationException', { name: 'New', tracingConfiguration: { enabled: true } }],
    ['ValidationException', { name: 'New', loggingConfiguration: { level: 'ALL' } }],
    ['ValidationException', { name: 'New', tags: [{ key: 'a', value: 'b' }] }],
  ])('refuses with %s what is %j', async (code, more) => {
    const engine = new Engine(ofTemplate);
    await create(engine);
    await expect(create(engine, more)).rejects.toMatchObject({ code });
  });

  it('says where a definition is wrong', async () => {
    const definition = text({ Type: 'Map', End: true });
    await expect(create(new Engine(ofTemplate), { definition })).rejects.toMatchObject({
      message: expect.stringContaining(
        'State machine Made, state Only, field Type: "Map" is not run',
      ),
    });
  });

  it('survives a kill, with what runs of it', async () => {
    const engine = new Engine(ofTemplate);
    const created = await create(engine, { definition: slow });
    const arn = await start(engine, 'e1');
    const next = engine.killed(1000);
    expect(await create(next, { definition: slow })).toEqual(created);
    await next.finish();
    expect(await next.describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('UpdateStateMachine', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
  it('changes what starts from now on; what runs stays on its definition and role', async () => {
    const engine = new Engine(ofTemplate);
    await create(engine, { definition: slow });
    const old = await start(engine, 'old');
    await engine.kernel.advance(1000);
    const change = { definition: passing, roleArn: `${roleArn}-other` };
    const answer = await engine.call<object>('UpdateStateMachine', {
      ...ofMachine('Made'),
      ...change,
    });
    expect(answer).toEqual({
      updateDate: engine.kernel.now() / 1000,
      revisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const fresh = await start(engine, 'fresh');
    await engine.finish();
    expect(await engine.types(old)).toContain('WaitStateExited');
    expect(await engine.types(fresh)).toContain('PassStateExited');
    const described = (executionArn: string) =>
      engine.call('DescribeStateMachineForExecution', { executionArn });
    expect(await described(old)).toMatchObject({ definition: slow, roleArn });
    expect(await described(fresh)).toMatchObject({ name: 'Made', ...change, ...answer });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
  it('refuses a change of nothing, a wrong definition and a machine that does not exist', async () => {
    const engine = new Engine(ofTemplate);
    await create(engine);
    const update = (more: object) =>
      engine.call('UpdateStateMachine', { ...ofMachine('Made'), ...more });
    await expect(update({})).rejects.toMatchObject({ code: 'MissingRequiredParameter' });
    const wrong = update({ definition: '{}' });
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidDefinition' });
    const missing = update({ ...ofMachine('Other'), definition: passing });
    await expect(missing).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
    const described = await engine.call('DescribeStateMachine', ofMachine('Made'));
    expect(described).toMatchObject({ definition: passing });
  });
});

describe('DeleteStateMachine', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
  it('ends what runs at its next transition, and goes with the last of it', async () => {
    const engine = new Engine(ofTemplate);
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Rest',
      States: { Rest: { Type: 'Wait', Seconds: 60, Next: 'Done' }, Done: { Type: 'Succeed' } },
    });
    await create(engine, { definition });
    const arn = await start(engine, 'e1');
    await engine.kernel.advance(1000);
    expect(await engine.call('DeleteStateMachine', ofMachine('Made'))).toEqual({});
    const described = await engine.call('DescribeStateMachine', ofMachine('Made'));
    expect(described).toMatchObject({ status: 'DELETING' });
    await expect(start(engine, 'e2')).rejects.toMatchObject({ code: 'StateMachineDeleting' });
    await expect(create(engine)).rejects.toMatchObject({ code: 'StateMachineDeleting' });
    const events = engine.events.length;
    await engine.finish();
    expect(engine.events.slice(events)).toMatchObject([{ detail: { status: 'ABORTED' } }]);
    await expect(engine.describe(arn)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
    const gone = engine.call('DescribeStateMachine', ofMachine('Made'));
    await expect(gone).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
  it('goes at once when nothing runs, and answers the same again', async () => {
    const engine = new Engine(ofTemplate);
    await create(engine);
    await engine.call('DeleteStateMachine', ofMachine('Made'));
    await expect(start(engine, 'e1')).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
    expect(await engine.call('DeleteStateMachine', ofMachine('Made'))).toEqual({});
    await create(engine);
  });

  it('goes on after a kill', async () => {
    const engine = new Engine(ofTemplate);
    await create(engine, { definition: slow });
    await start(engine, 'e1');
    await engine.kernel.advance(1000);
    await engine.call('DeleteStateMachine', ofMachine('Made'));
    const next = engine.killed(1000);
    const described = await next.call('DescribeStateMachine', ofMachine('Made'));
    expect(described).toMatchObject({ status: 'DELETING' });
    await next.finish();
    const gone = next.call('DescribeStateMachine', ofMachine('Made'));
    await expect(gone).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
  it('refuses what is not the ARN of a machine', async () => {
    const asked = new Engine(ofTemplate).call('DeleteStateMachine', { stateMachineArn: 'Made' });
    await expect(asked).rejects.toMatchObject({ code: 'InvalidArn' });
  });
});

describe('ListStateMachines', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html
  it('lists those of the template and those of clients, page by page', async () => {
    const engine = new Engine(ofTemplate);
    for (const name of ['A', 'B', 'C']) await create(engine, { name });
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page: { stateMachines: { name: string; type: string }[]; nextToken?: string } =
        await engine.call('ListStateMachines', { maxResults: 3, nextToken });
      names.push(...page.stateMachines.map(({ name }) => name));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(names).toEqual(['Machine', 'A', 'B', 'C']);
  });
});

describe('a machine of the template', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
  it('keeps its date of creation over a restart, and has a revision once it has changed', async () => {
    const engine = new Engine(ofTemplate);
    const describe = (of: Engine) => of.call<object>('DescribeStateMachine', ofMachine('Machine'));
    const before = await describe(engine);
    expect(await describe(engine.killed(1000))).toEqual(before);
    const changed = new Engine(only({ Type: 'Succeed' }), {}, { journal: engine.journal });
    expect(await describe(changed)).toMatchObject({ revisionId: expect.any(String) });
  });

  it('is forgotten when the template no longer has it and nothing of it is open', async () => {
    const engine = new Engine(ofTemplate);
    const arn = await start(engine, 'e1', 'Machine');
    await engine.finish();
    const next = engine.killed(1000, { machines: [] });
    expect(await next.call('ListStateMachines', {})).toEqual({ stateMachines: [] });
    await expect(next.describe(arn)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
  });
});
