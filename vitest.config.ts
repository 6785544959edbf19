import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { sabotage } from './test/faults/support/sabotage-plugin.ts'

/** Tests run on the sources, so that coverage and failures point at them; what is packed is checked from its tarball. */
const source = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url))

export default defineConfig({
  plugins: process.env.SABOTAGE ? [sabotage(process.env.SABOTAGE)] : [],
  resolve: {
    alias: [
      { find: /^@orthanc-oauth\/([^/]+)$/, replacement: source('$1') },
      { find: /^@orthanc-oauth\/([^/]+)\/([^/]+)$/, replacement: source('$1').replace('index.ts', '$2.ts') },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
    // Vitest keeps what it transformed by the names of the plugins: one sabotage would get the sources of another.
    fsModuleCache: !process.env.SABOTAGE,
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['packages/testing/**', '**/*.test.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
})
