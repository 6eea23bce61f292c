import * as v from 'valibot'
import { Refused } from '../../cli/arguments.ts'
import { invoke } from '../stack/functions.ts'
import type { LiveStack } from '../stack/live-stack.ts'

/** What one invocation of chat-migrate returns; where it ended early, `next` is where to go on. */
const restored = v.object({
  parents: v.number(),
  made: v.number(),
  raised: v.number(),
  complete: v.boolean(),
  next: v.optional(v.string()),
})
const behind = v.object({ ...restored.entries, first: v.array(v.string()) })

/**
 * Yields what each invocation of chat-migrate returns until all parents are done; each goes on
 * where the one before ended. Throws Refused when the deployed function does not know this work.
 */
async function* parts(stack: LiveStack, counters: 'look' | 'raise') {
  const schema = counters === 'look' ? behind : restored
  for (let after: string | undefined; ; ) {
    const event = after === undefined ? { counters } : { counters, after }
    const part = v.safeParse(schema, await invoke(stack, 'migrate', event))
    const goesOn = part.success && (part.output.complete || part.output.next !== undefined)
    if (!goesOn) throw new Refused('its chat-migrate is older than this command: deploy first')
    yield { first: [], ...part.output }
    if (part.output.complete) return
    after = part.output.next
  }
}

/** Raises every counter to what MySQL holds, and prints what was done. Throws as invoke does. */
export async function raiseCounters(stack: LiveStack): Promise<void> {
  for await (const { parents, made, raised } of parts(stack, 'raise'))
    console.log(`${parents} parents: ${made} counters made, ${raised} raised`)
}

/** Prints what is behind, and the first 20 of it. Writes nothing. Throws as invoke does. */
export async function printBehind(stack: LiveStack): Promise<void> {
  const sum = { parents: 0, made: 0, raised: 0 }
  const first: string[] = []
  for await (const part of parts(stack, 'look')) {
    for (const name of ['parents', 'made', 'raised'] as const) sum[name] += part[name]
    first.push(...part.first)
    if (!part.complete) console.log(`${sum.parents} parents looked at; going on`)
  }
  console.log(
    `${stack.name}: ${sum.parents} parents, ${sum.made} without a counter, ${sum.raised} behind`,
  )
  for (const line of first.slice(0, 20)) console.log(`  ${line}`)
  if (first.length >= 20) console.log('  and perhaps more')
}
