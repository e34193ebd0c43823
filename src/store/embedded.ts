import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

/** PGlite in a folder, reached over a Unix socket that only this user can open. */
export interface Embedded {
  readonly socketFolder: string;
  /** Becomes the serving login. Until then everything runs as the superuser, who bypasses row security. */
  serve(): Promise<void>;
  close(): Promise<void>;
}

/** The folder is in use by another hub. PGlite has no lock of its own: two writers lose acknowledged rows. */
export class DataFolderInUse extends Error {
  readonly code = "DATA_FOLDER_IN_USE";
  readonly exitCode = 2;
  constructor(folder: string) {
    super(
      `${folder} is in use by a running hub. Stop that hub first, choose another HUB_DATA_DIR, or use PostgreSQL ` +
        "(DATABASE_URL). 数据目录正被另一运行中的中枢使用。",
    );
  }
}

/** A township fits in. The half of what PostgreSQL takes itself: all of it is zeroed, byte by byte, at each start. */
const SHARED_BUFFERS = "64MB";

export async function openEmbedded(dataDir: string): Promise<Embedded> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = await lock(dataDir);
  try {
    const db = await PGlite.create(join(dataDir, "database"), {
      startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${SHARED_BUFFERS}`],
    });
    // pg takes a host for a folder only where it begins with a slash.
    const socketFolder = resolve(dataDir, "socket");
    rmSync(socketFolder, { recursive: true, force: true });
    mkdirSync(socketFolder, { mode: 0o700 });
    const server = new PGLiteSocketServer({ db, path: join(socketFolder, ".s.PGSQL.5432"), maxConnections: 4 });
    await server.start();
    await db.exec("SET plan_cache_mode = force_generic_plan; SET timezone = 'UTC'");
    return {
      socketFolder,
      async serve() {
        await db.exec("SET ROLE hub_app");
      },
      async close() {
        await server.stop();
        await db.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The folder of the database while nobody has it open, for whoever copies it. @throws DataFolderInUse */
export async function withDataFolder<T>(dataDir: string, work: (folder: string) => Promise<T>): Promise<T> {
  const unlock = await lock(dataDir);
  try {
    return await work(join(dataDir, "database"));
  } finally {
    await unlock();
  }
}

/**
 * A socket that somebody listens on: it ends with its process, however that ends, and in whatever container it runs.
 * Locks are numbered and the newest file stays, even unlocked: whoever finds it dead makes the next, which only one can.
 * @throws DataFolderInUse
 */
async function lock(dataDir: string): Promise<() => Promise<void>> {
  const fileOf = (number: number) => join(dataDir, `hub.lock.${number}`);
  const server = createServer((socket) => socket.destroy()).unref();
  const unlock = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const own = join(dataDir, `.${randomUUID().slice(0, 8)}.lock`);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(own, resolve);
  });
  try {
    for (;;) {
      const numbers = readdirSync(dataDir).flatMap((name) => /^hub\.lock\.(\d+)$/.exec(name)?.[1] ?? []);
      const newest = Math.max(0, ...numbers.map(Number));
      if (await answers(fileOf(newest))) throw new DataFolderInUse(dataDir);
      try {
        linkSync(own, fileOf(newest + 1));
      } catch (error) {
        if (codeOf(error) === "EEXIST") continue; // somebody was quicker
        throw error;
      }
      for (const number of numbers) rmSync(fileOf(Number(number)), { force: true });
      return unlock;
    }
  } catch (error) {
    await unlock();
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Whether somebody listens on this socket. */
const answers = (file: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(file, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) =>
      ["ECONNREFUSED", "ENOENT"].includes(codeOf(error) ?? "") ? resolve(false) : reject(error),
    );
  });

const codeOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
