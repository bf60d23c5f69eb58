import { describe, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { cancelling, placing, type Wish } from '../support/requests.ts';

/** Ten orders at once: more mugs than there are, a declined card, an address, a duplicate, a cancel. */
const wishes: readonly Wish[] = [
  ...[1, 2, 1, 2].map((mug) => ({ lines: { mug } })),
  { method: 'pm_card_chargeDeclined' },
  { postalCode: '00000' },
  { lines: { cup: 1, mug: 1 }, as: 'bob' },
  { lines: { cup: 3 }, as: 'bob' },
  { lines: { cup: 1 } },
  { lines: { cup: 2 } },
];
const requests = wishes.map((wish, index) => placing(`order-${index}`, wish));

async function run(seed: number): Promise<Pipeline> {
  const pipeline = await startPipeline({ seed, stock: { mug: 3, cup: 20 } });
  const answers = await pipeline.askAll([...requests, ...requests.slice(6, 8)]);
  const { id } = JSON.parse(answers[9]?.text ?? '') as { id: string };
  await pipeline.kernel.advance(100 * (seed % 30));
  await pipeline.ask(cancelling(id));
  await pipeline.settle(1);
  return pipeline;
}

/** What the kernel noted, and what came of it. */
async function finish(pipeline: Pipeline) {
  const problems = await pipeline.problems();
  const digest = pipeline.kernel.log.digest();
  await pipeline.stop();
  return { problems, digest };
}

const runs = new Map<number, string>();

describe('ten orders under repeated and overtaking deliveries', () => {
  it.each(Array.from({ length: 10 }, (_, index) => index + 1))(
    'all end right with seed %i',
    async (seed) => {
      const { problems, digest } = await finish(await run(seed));
      expect(problems).toEqual([]);
      runs.set(seed, digest);
    },
  );

  it('go the same way again under the same seed, and another way under each other', async () => {
    const { digest } = await finish(await run(5));
    expect(digest).toBe(runs.get(5));
    expect(new Set(runs.values()).size).toBe(runs.size);
  });
});
