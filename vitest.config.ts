import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/synthesize.ts'],
    testTimeout: 30_000,
    // The engine under test is one busy thread; as many of them as there are cores.
    maxWorkers: '100%',
  },
});
