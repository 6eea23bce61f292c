export function identityOf(pid: number): string | undefined
export function tryLock(
  path: string,
): { release: () => void; pid?: never } | { pid: number; release?: never }
export function withLock<T>(
  path: string,
  waiting: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T>
