import { defineConfig } from 'vitest/config';

// Unit tests stand beside their file; `tests/` holds what crosses folders. Browser tests that watch video share one
// machine's two cores with FFmpeg and Chromium, so their files run one after another; all others two at a time.
const shared = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
};

/** Waits for what other processes and the network do last as long as they must, and not the second that is usual. */
const PATIENT = { setupFiles: ['tests/patience.ts'], expect: { poll: { timeout: 10_000 } } };

/** Tests of pages, and of the program as a process: they mostly wait, for servers and for what people do. */
const PAGES = [
  ...[
    'evidence',
    'first-load',
    'looking-back',
    'models',
    'program',
    'pushed-alerts',
    'recording-admin',
    'reports',
    'rules',
  ],
  'sectors',
].map((name) => `tests/e2e/${name}.test.ts`);

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            '{server,camera-adapters,analytics,recordings,config,player}/**/*.test.{ts,tsx}',
            'tests/architecture/**/*.test.ts',
          ],
          testTimeout: 30_000,
          maxWorkers: 2,
          // Most are small: a process and all modules anew for each took three quarters of their time.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          ...PATIENT,
          name: 'integration',
          include: ['tests/{integration,suites}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          ...PATIENT,
          name: 'pages',
          include: PAGES,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...shared,
        test: {
          ...PATIENT,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: PAGES,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
