import type { DataSource, EntityManager } from "typeorm";

/** One transaction of what is told between agency and hub: in no other does the serving login see any of it. */
export const telling = <T>(database: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> =>
  database.transaction(async (manager) => {
    await manager.query("SELECT set_config('hub.telling', 'on', true)");
    return work(manager);
  });

/** Until the transaction ends, no import at home says anything. */
export async function oneImportAtATime(manager: EntityManager): Promise<void> {
  await manager.query("SELECT pg_advisory_xact_lock(hashtext('import at home'))");
}
