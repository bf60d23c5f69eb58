/** Who plays in a property of a participant: invocations of its steps, each with its own mishap. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import {
  type Actor,
  anyMishap,
  anySkewMs,
  type Invocation,
  type Played,
  type Scene,
} from '../../support/actors.ts';
import type { StepAnswer } from '../../support/histories.ts';

type Part<Step> = {
  readonly step: Step;
  readonly mishap: Actor<unknown>['mishap'];
  readonly skewMs: number;
};
/** Played at once while the clock turns; nobody of it is left when the next round begins. */
type Round<Step> = {
  readonly parts: readonly Part<Step>[];
  readonly turnsMs: readonly number[];
};

const anyPart = <Step extends string>(...steps: readonly Step[]): fc.Arbitrary<Part<Step>> =>
  fc.record({ step: fc.constantFrom(...steps), mishap: anyMishap, skewMs: anySkewMs });

/** Turns that add up to more than an invocation may live, and to more than a lease lasts. */
const anyTurns = fc.array(fc.constantFrom(1_000, 4_000, 9_000, 16_000), { maxLength: 3 });

export const anyRound = <const Step extends string>(
  ...steps: readonly Step[]
): fc.Arbitrary<Round<Step>> =>
  fc.record({
    parts: fc.array(anyPart(...steps), { minLength: 1, maxLength: 4 }),
    turnsMs: anyTurns,
  });

/** The rounds of a play, and how long nothing happens after each of them. */
export const anyRounds = <const Step extends string>(
  waits: readonly number[],
  ...steps: readonly Step[]
): fc.Arbitrary<readonly (readonly [Round<Step>, number])[]> =>
  fc.array(fc.tuple(anyRound(...steps), fc.constantFrom(...waits)), { minLength: 1, maxLength: 3 });

type Run<Step> = (step: Step, invocation: Invocation) => Promise<StepAnswer>;

export async function playRound<Step extends string>(
  scene: Scene,
  { parts, turnsMs }: Round<Step>,
  run: Run<Step>,
): Promise<readonly (Played<StepAnswer> & { readonly step: Step })[]> {
  const actors = parts.map((part, index) => ({
    ...part,
    name: `${part.step} ${index + 1}`,
    run: (invocation: Invocation) => run(part.step, invocation),
  }));
  const played = await scene.play(actors, turnsMs);
  return played.flatMap((told, index) =>
    parts.slice(index, index + 1).map(({ step }) => ({ step, ...told })),
  );
}

/** An invocation to which nothing happens. What a retry cures is cured by the third one. */
export async function playUntilAnswered(
  scene: Scene,
  run: (invocation: Invocation) => Promise<StepAnswer>,
  wait: () => void = () => {},
): Promise<StepAnswer> {
  for (let tries = 1; tries < 3; tries++) {
    const [played] = await Promise.allSettled([scene.playAlone(run)]);
    if (played.status === 'fulfilled') return played.value;
    wait();
  }
  return scene.playAlone(run);
}

/** The same client, but conditions of which this is true are not sent. */
export function withoutConditions(
  client: DynamoDBClient,
  isMeant: (condition: string) => boolean,
): DynamoDBClient {
  const isKept = (name: string, value: unknown) =>
    name !== 'ConditionExpression' || !isMeant(String(value));
  const keptOf = (input: unknown) =>
    JSON.parse(JSON.stringify(input, (name, value) => (isKept(name, value) ? value : undefined)));
  const send = ({ constructor: of, input }: { constructor: unknown; input: unknown }) =>
    client.send({ constructor: of, input: keptOf(input) } as never);
  return Object.assign(Object.create(client), { send });
}

/** What a property may fail with: an expectation, or a step that could not even answer. */
const failures = ['AssertionError', 'PermanentFault', 'TransientFault'];

/** True when the property fails for some case, always the same one: what it watches, it sees. */
export async function isNoticed<T>(property: fc.IAsyncPropertyWithHooks<T>): Promise<boolean> {
  const settings = { numRuns: 3_000, endOnFailure: true, seed: 14 };
  const { errorInstance } = await fc.check(property, settings);
  return errorInstance instanceof Error && failures.includes(errorInstance.name);
}
