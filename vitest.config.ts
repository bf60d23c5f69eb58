import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They mock SDK clients and set variables that a module reads once: each file needs modules of its own. */
const mocking = ['test/lambdas/**/*.test.ts', 'test/bin/token/**/*.test.ts'];

/** Whole pipelines take longest: begun last, one of them would be waited for alone. */
class PipelinesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes('/test/pipeline/');
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    testTimeout: 30_000,
    // The engine under test is one busy thread; as many of them as there are cores.
    maxWorkers: '100%',
    sequence: { sequencer: PipelinesFirst },
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
