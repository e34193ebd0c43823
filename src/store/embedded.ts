import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
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
  constructor(folder: string, pid: string) {
    super(
      `${folder} is in use by process ${pid}. Stop that hub first, choose another HUB_DATA_DIR, or use PostgreSQL (DATABASE_URL). ` +
        `数据目录正被进程 ${pid} 使用。`,
    );
  }
}

export async function openEmbedded(dataDir: string): Promise<Embedded> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lock(dataDir);
  try {
    const db = await PGlite.create(join(dataDir, "database"));
    const socketFolder = join(dataDir, "socket");
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
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function lock(dataDir: string): () => void {
  const file = join(dataDir, "hub.pid");
  for (;;) {
    try {
      const handle = openSync(file, "wx", 0o600);
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const pid = readFileSync(file, "utf8");
      if (Number(pid) === process.pid || alive(Number(pid))) throw new DataFolderInUse(dataDir, pid);
      rmSync(file, { force: true }); // its hub was killed
    }
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
