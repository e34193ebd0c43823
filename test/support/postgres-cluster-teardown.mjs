// Jest's globalTeardown takes the default export of a file of its own.
export { stop as default } from "./postgres-cluster.mjs";
