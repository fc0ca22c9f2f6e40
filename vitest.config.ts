import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Git as on a fresh machine: nobody's own configuration decides a test. */
export const environment: Record<string, string> = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
};

const shared: ViteUserConfig['test'] = {
  env: environment,
  setupFiles: ['test/support/setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  restoreMocks: true,
  unstubEnvs: true,
  // GitHub's parser imports JSON without saying so, which Node refuses and the transformer does not.
  server: { deps: { inline: [/@actions\/(expressions|languageservice|workflow-parser)/] } },
};

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ['default', './test/support/skip-reporter.ts'],
    allowOnly: process.env['CI'] === undefined,
    // One more than vitest's own choice on two cores: tests with subprocesses mostly wait.
    maxWorkers: 3,
    projects: [
      // Pure code and the engine on the memory store keep nothing between files, so they may share a worker.
      { test: { ...shared, name: 'core', include: ['test/{core,engine,render}/**/*.test.ts'], isolate: false } },
      {
        // Their source maps name files that the packages leave out; each would be a line here.
        logLevel: 'error',
        test: {
          ...shared,
          name: 'house',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{core,engine,render}/**', 'test/real/**', 'test/fixtures/**'],
        },
      },
    ],
  },
});
export default config;
