export function start(settings?: readonly string[]): Promise<string>;
export function stop(): Promise<void>;
