import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

// Builds the explorer where it is older than what it is made of: with `npm ci` (prepare) and before every start, which
// then costs a look at the files. Without development packages there is nothing to build with; the hub says so.

const root = join(import.meta.dirname, "..");
const SOURCES = ["console", "examples", "package-lock.json"];
const GENERATED = /^(dist|township|portal)(\/|$)/;
const built = join(root, "console/dist/index.html");

const changedAt = (path) => statSync(path).mtimeMs;
const within = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true })
        .filter((name) => !GENERATED.test(name))
        .map((name) => join(path, name))
    : [path];
const isFresh = () =>
  existsSync(built) &&
  SOURCES.flatMap((source) => within(join(root, source))).every((path) => changedAt(path) <= changedAt(built));

const vite = await import("vite").catch(() => undefined);
if (vite && !isFresh()) await vite.build({ configFile: join(root, "console/vite.config.ts") });
