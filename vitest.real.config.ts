import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { environment } from './vitest.config.ts';

/** Real servers and tools, one file at a time: they share ports' worth of memory and two cores. */
const config: ViteUserConfig = defineConfig({
  test: {
    name: 'real',
    include: ['test/real/**/*.test.ts'],
    env: environment,
    setupFiles: ['test/support/setup.ts'],
    reporters: ['default', './test/support/skip-reporter.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: process.env['CI'] === undefined,
  },
});
export default config;
