import { setTimeout as pause } from 'node:timers/promises'

/**
 * `count` calls by `workers` clients at once, each waiting for its answer before it goes on.
 * Answers by their index.
 */
export async function inParallel<T>(
  workers: number,
  count: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const client = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index)
  }
  await Promise.all(Array.from({ length: workers }, client))
  return results
}

/**
 * What `read` answers as soon as `holds` is true of it. Rejects after `seconds`, with what it was
 * then.
 */
export async function until<T>(
  what: string,
  seconds: number,
  read: () => Promise<T>,
  holds: (value: T) => boolean,
): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    if (Date.now() > end)
      throw new Error(`${what}: not after ${seconds} s, but ${JSON.stringify(value)}`)
    await pause(200)
  }
}

export const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1)
