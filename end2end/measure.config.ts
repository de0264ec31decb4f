import base from './playwright.config';

// Figures of the console, not tests: docs/benchmarks.md says how they are made.
export default { ...base, testDir: 'measure', workers: 1, fullyParallel: false, timeout: 120_000 };
