/** Tests of adapters, alone and inside the entries that use them: over mocked clients, or real tables. */
import { defineConfig } from 'vitest/config';

/** Their clients are real ones, which clients mocked beside them would break. */
const overTables = [
  'test/contracts/**/*.test.ts',
  'test/lambdas/effects.test.ts',
  'test/lambdas/adapters/sandbox/**/*.test.ts',
];
const unfit = [
  // Searches thousands of inputs for one that breaks an entry: seconds for each mutant.
  'test/lambdas/anything-in-streams.test.ts',
  // About presenting, where nothing is changed.
  'test/lambdas/products.test.ts',
  // Read the adapters' text, which is another one with mutants in it.
  'test/lambdas/adapters/{consistent-reads,provider-words}.test.ts',
];

// One worker for each: every module is loaded once for a mutant.
const shared = { isolate: false, testTimeout: 30_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'mocked',
          include: [
            'test/lambdas/adapters/**/*.test.ts',
            'test/lambdas/*.test.ts',
            // Over tables that evaluate the adapters' conditions.
            'test/lambdas/shell/{adjust-stock,reserve-stock}.test.ts',
          ],
          exclude: [...overTables, ...unfit],
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...shared, name: 'tables', include: overTables, sequence: { groupOrder: 1 } } },
    ],
  },
});
