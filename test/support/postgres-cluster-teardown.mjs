// Jest's globalTeardown takes the default export of a file of its own.
export { tearDown as default } from "./postgres-cluster.mjs";
