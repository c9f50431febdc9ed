import { defineConfig } from 'vitest/config';

// For every workspace: `vitest run --config ../../vitest.config.mjs`. What is compiled to dist is not tested a second time.
// The limits are for tests that start real servers on a busy machine.
export default defineConfig({ test: { include: ['src/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 120_000 } });
