/** The tests as ever, and with them who notes which statement allowed what. */
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

export default defineConfig({
  test: {
    ...base.test,
    // A given template is tested as it is.
    globalSetup: process.env.EVERONCE_TEST_ASSEMBLY ? [] : (base.test?.globalSetup ?? []),
    setupFiles: process.env.EVERONCE_IAM_RECORD ? ['bin/iam/record.ts'] : [],
  },
});
