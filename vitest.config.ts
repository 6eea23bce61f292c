import { defineConfig } from 'vitest/config'

// Two projects by what they need: `unit` runs alone; `e2e` needs the stack that
// infra-local/test.mjs starts.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/chaos/**', 'test/engines/**'],
          testTimeout: 60_000,
          globalSetup: 'test/support/temporary.ts',
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/engines/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
