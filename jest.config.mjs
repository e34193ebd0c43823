export default {
  testEnvironment: "<rootDir>/test/support/environment.mjs",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  // One copy of every decorator: what an agency imports by the kit's name is what the hub under test has declared.
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1", "^minors-hub-agency-kit$": "<rootDir>/src/kit.ts" },
  transform: { "^.+\\.ts$": "@swc/jest" },
  setupFiles: ["<rootDir>/test/support/graphql-in-production.ts"],
  testTimeout: 240_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: "1500MB",
  globalSetup: "<rootDir>/test/support/postgres-cluster.mjs",
  globalTeardown: "<rootDir>/test/support/postgres-cluster-teardown.mjs",
  reporters: ["default", "<rootDir>/test/support/summary-reporter.mjs"],
};
