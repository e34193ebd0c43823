/** From the door inwards: a folder may use its own row and those below, never one above. docs/architecture.md */
const rows = [
  ["server", "cli", "agency"],
  ["federation", "statistics"],
  ["read", "change", "disclosure"],
  ["policy", "facts", "viewer"],
  ["store"],
];
const folders = (names) => `^src/(${names.join("|")})/`;
/** A type is gone when the program runs, so it may be named from anywhere. */
const dependencyTypesNot = ["type-only"];

const inwards = rows.slice(1).map((row, index) => ({
  name: `${row.join("-")}-uses-what-lies-inwards`,
  severity: "error",
  from: { path: folders(row) },
  to: { path: folders(rows.slice(0, index + 1).flat()), dependencyTypesNot },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...inwards,
    {
      name: "domain-uses-only-the-kernel's-doors",
      comment:
        "A record says what it is: decorators, facts, commands, what is counted. How a question is answered is not its business.",
      severity: "error",
      from: { path: "^src/domain/" },
      to: {
        path: "^src/",
        pathNot: [
          "^src/(domain|change|facts|viewer)/",
          "^src/policy/(group|masks|policy)\\.ts$",
          "^src/read/index\\.ts$",
          "^src/statistics/subject\\.ts$",
          "^src/(calendar|errors|config)\\.ts$",
        ],
        dependencyTypesNot,
      },
    },
    {
      name: "domain-folder-has-one-door",
      comment: "What index.ts does not list cannot be leaned on; types neither.",
      severity: "error",
      from: { path: "^src/domain/([^/]+)/" },
      to: { path: "^src/domain/[^/]+/", pathNot: ["^src/domain/$1/", "^src/domain/[^/]+/index\\.ts$"] },
    },
    {
      name: "domain-folder-has-one-door-for-the-kernel",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/domain/[^/]+/" },
      to: { path: "^src/domain/[^/]+/", pathNot: "^src/domain/[^/]+/index\\.ts$" },
    },
    {
      name: "calendar-errors-and-config-use-nothing-of-the-hub",
      comment: "Everything may import them.",
      severity: "error",
      from: { path: "^src/((calendar|errors|config)\\.ts$|config/)" },
      to: { path: "^src/", pathNot: "^src/config/", dependencyTypesNot },
    },
    {
      name: "kit-is-for-agencies",
      comment: "It lists what they may use of the hub, and the hub itself is not among them.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^src/kit\\.ts$" },
    },
    {
      name: "main-composes",
      comment: "hub start runs it; nothing else reaches for it.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/main\\.ts$" },
    },
    {
      name: "no-cycle",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true, via: { pathNot: "^src/domain/" }, viaOnly: { dependencyTypesNot } },
    },
    {
      name: "no-cycle-in-domain-but-between-records",
      comment: "Minor has cases and Case has minors: records name each other, through their index.ts.",
      severity: "error",
      from: { path: "^src/domain/" },
      to: { circular: true, viaOnly: { pathNot: "^src/domain/[^/]+/record\\.ts$", dependencyTypesNot } },
    },
    {
      name: "no-import-that-is-not-there",
      severity: "error",
      from: { path: "^src/" },
      to: { couldNotResolve: true },
    },
    {
      name: "no-import-that-production-lacks",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { conditionNames: ["import", "node", "default", "types"], exportsFields: ["exports"] },
  },
};
