import type { System } from './system.ts'

/** Lets virtual time go on until the promise has settled; answers, or throws, what it does. */
export async function finish<T>(system: System, promise: Promise<T>): Promise<T> {
  let over = false
  const watched = promise.finally(() => {
    over = true
  })
  // Handled below; a rejection while time goes on must not count as unhandled.
  watched.catch(() => undefined)
  while (!over) await system.world.run(system.world.now + 1000)
  return watched
}
