/**
 * Does something every so often, one time after the other, and keeps no process running for it.
 * @param work  never throws
 * @returns ends it, when what is under way is done
 */
export function repeated(milliseconds: number, work: () => Promise<unknown>): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(work);
  }, milliseconds).unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}
