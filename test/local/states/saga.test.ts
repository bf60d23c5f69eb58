/** The shape of the order saga: forward, the decision, and the whole undo chain in reverse. */
import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { Engine, invoke, ok, thrown } from './engine.ts';

const transient = {
  ErrorEquals: ['TransientFault', 'Lambda.TooManyRequestsException'],
  ...{ IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 },
};

const forward = (name: string, Next: string) => ({
  [name]: invoke(name, {
    TimeoutSeconds: 30,
    Output: '{% $states.input %}',
    Retry: [transient],
    Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.input %}', Next: 'RejectOrder' }],
    ...(Next === '' ? { End: true } : { Next }),
  }),
});

const backward = (name: string, Next: string) => ({
  [name]: invoke(name, {
    TimeoutSeconds: 30,
    Output: '{% $states.input %}',
    Retry: [{ ...transient, ErrorEquals: ['States.ALL'] }],
    ...(Next === '' ? { End: true } : { Next }),
  }),
});

const saga = {
  QueryLanguage: 'JSONata',
  StartAt: 'ReserveStock',
  TimeoutSeconds: 3600,
  States: {
    ...forward('ReserveStock', 'AuthorizePayment'),
    ...forward('AuthorizePayment', 'BookShipment'),
    ...forward('BookShipment', 'ConfirmOrder'),
    ...forward('ConfirmOrder', ''),
    ...backward('RejectOrder', 'CancelShipment'),
    ...backward('CancelShipment', 'VoidPayment'),
    ...backward('VoidPayment', 'ReleaseStock'),
    ...backward('ReleaseStock', ''),
  },
};

const names = Object.keys(saga.States);
const allWell = Object.fromEntries(names.map((name) => [name, () => ok()]));
const called = (engine: Engine) => engine.calls.map(({ name }) => name);
const undo = ['RejectOrder', 'CancelShipment', 'VoidPayment', 'ReleaseStock'];

describe('saga', () => {
  it('is a definition that asl-validator accepts', () => {
    const { isValid, errorsText } = validate(structuredClone(saga));
    expect(isValid, errorsText()).toBe(true);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
  it('takes four transitions when all goes well', async () => {
    const engine = new Engine(saga, allWell);
    expect(await engine.run({ orderId: 'o1' })).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"orderId":"o1"}',
    });
    expect(called(engine)).toEqual(names.slice(0, 4));
    expect(engine.transitions).toBe(4);
  });

  it.each(names.slice(0, 4))('undoes everything in reverse when %s refuses', async (failing) => {
    const engine = new Engine(saga, { ...allWell, [failing]: () => thrown('Refusal') });
    expect(await engine.run({ orderId: 'o1' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(called(engine)).toEqual([...names.slice(0, names.indexOf(failing) + 1), ...undo]);
    expect(engine.calls.map(({ payload }) => payload)).toEqual(
      engine.calls.map(() => ({ orderId: 'o1' })),
    );
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('goes on forward when a transient fault passes', async () => {
    const engine = new Engine(saga, {
      ...allWell,
      BookShipment: (_, call) => (call < 2 ? thrown('TransientFault') : ok()),
    });
    await engine.run({ orderId: 'o1' });
    expect(called(engine)).not.toContain('RejectOrder');
    expect(engine.transitions).toBe(6);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
  it('undoes after a timeout while the late function still runs', async () => {
    // AuthorizePayment answers after VoidPayment was called.
    const engine: Engine = new Engine(saga, {
      ...allWell,
      AuthorizePayment: () => engine.later(45_000, ok()),
    });
    await engine.run({ orderId: 'o1' });
    expect(called(engine)).toEqual(['ReserveStock', 'AuthorizePayment', ...undo]);
  });

  it('runs the same way under the same seed, and another way under another', async () => {
    const traceOf = async (seed: number) => {
      const engine = new Engine(saga, allWell, { seed });
      await engine.run({ orderId: 'o1' });
      return engine.kernel.log.digest();
    };
    expect(await traceOf(1)).toBe(await traceOf(1));
    expect(await traceOf(1)).not.toBe(await traceOf(2));
  });

  it('is refused by the engine once a state slips into JSONPath', () => {
    const slipped = {
      ...saga,
      States: { ...saga.States, ReserveStock: { Type: 'Pass', InputPath: '$' } },
    };
    expect(() => new Engine(slipped)).toThrow(/state ReserveStock, field InputPath/);
  });
});
