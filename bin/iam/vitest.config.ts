/** The tests as ever, and with them who notes which statement allowed what. */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import base from '../../vitest.config.ts';

const projects = (base.test?.projects ?? []) as TestProjectInlineConfiguration[];
/** A given template is tested as it is. */
const globalSetup = process.env.EVERONCE_TEST_ASSEMBLY ? { globalSetup: [] } : {};

export default defineConfig({
  test: {
    ...base.test,
    setupFiles: process.env.EVERONCE_IAM_RECORD ? ['bin/iam/record.ts'] : [],
    projects: projects.map((project) => ({
      ...project,
      test: { ...project.test, ...globalSetup },
    })),
  },
});
