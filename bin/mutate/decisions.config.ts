/** Tests of decisions and their orchestration: pure or over fakes, so that no mutant loads an SDK. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/lambdas/{domain,shell}/**/*.test.ts'],
    // One worker for all of them: every module is loaded once for a mutant.
    isolate: false,
    testTimeout: 30_000,
  },
});
