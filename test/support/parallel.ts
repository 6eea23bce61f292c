import { setTimeout as pause } from 'node:timers/promises'

/**
 * Makes `count` calls by `workers` clients at once, each of which waits for the result before it
 * goes on. Returns the results by their index.
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
 * Returns what `read` returns as soon as `holds` is true of it. Rejects after `seconds`, with the
 * last result.
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
