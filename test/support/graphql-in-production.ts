// graphql-js takes twice the time outside production for telling two copies of itself apart. Whether it does is decided
// when this module is loaded; the hub itself would refuse a demo in production.
const { NODE_ENV } = process.env;
process.env["NODE_ENV"] = "production";
await import("graphql/jsutils/instanceOf.js");
process.env["NODE_ENV"] = NODE_ENV;
