export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: { "^.+\\.ts$": "@swc/jest" },
  testTimeout: 240_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: "1500MB",
  globalSetup: "<rootDir>/test/support/postgres-cluster.mjs",
  globalTeardown: "<rootDir>/test/support/postgres-cluster-teardown.mjs",
  reporters: ["default", "<rootDir>/test/support/summary-reporter.mjs"],
};
