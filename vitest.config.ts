import { configDefaults, defineConfig } from 'vitest/config';

/** They mock SDK clients and set variables that a module reads once: each file needs modules of its own. */
const mocking = ['test/lambdas/**/*.test.ts', 'test/bin/token/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    // The engine under test is one busy thread; as many of them as there are cores.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'mocked', include: mocking } },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...mocking],
          globalSetup: ['test/support/synthesize.ts'],
          isolate: false,
        },
      },
    ],
  },
});
