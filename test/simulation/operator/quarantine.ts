import { heldInOrder } from '../../../bin/operate/redrive/order.ts'
import { sendHeldAgain } from '../../../bin/operate/redrive/send-again.ts'
import {
  type Request,
  readRequest,
  requestItemKey,
} from '../../../functions/protocol/table/request.ts'
import { decode } from '../../../functions/protocol/write/envelope.ts'
import { doneInTime, pause } from '../clients/acting.ts'
import { portsOf } from '../ports.ts'
import { textOf } from '../stores/mysql.ts'
import type { System } from '../system.ts'

/** What lies in the quarantine, for a person. */
export interface Parked {
  body: string
  reason: string
  at: number
}

/** The reason for which a request is parked; undefined: it is not, or is no longer there. */
export function parkedBy(system: System, rid: string): string | undefined {
  const item = system.table.get(requestItemKey(rid))
  const request = item && readRequest(item)
  return request?.rid === rid ? request.parked : undefined
}

/** Whether a parked request is stored all the same: a backup of the table can bring that back. */
const isStored = ({ stores }: System, { parent, number = 0, rev = 0 }: Request): boolean =>
  (stores.show(parent, number)?.rev ?? 0) >= rev

/**
 * What is parked is in quarantine too, with its reason, and was counted in a metric. Nothing is
 * there that MySQL would have taken. Something may have collided only where counters were behind
 * (`collided`).
 */
export function checkQuarantine(system: System, collided: boolean): string[] {
  const { table, quarantine, counted, stores } = system
  const held = new Map(quarantine.map(({ body, reason }) => [decode(body).rid, reason]))
  const requests = [...table.items.values()].filter((item) => item.sk === 'req').map(readRequest)
  const parked = requests.filter(
    (request) => request.parked !== undefined && !isStored(system, request),
  )
  const violations = parked
    .filter((request) => held.get(request.rid) !== request.parked)
    .map(({ rid, parked }) => `${rid}: parked for ${parked}, and not in quarantine`)
  for (const { body, reason } of quarantine)
    if (
      !(collided && reason === 'collision') &&
      !decode(body).values.some((value) => stores.refused.has(textOf(value)))
    )
      violations.push(
        `${decode(body).rid}: in quarantine for ${reason}, and nothing is wrong with it`,
      )
  const told = counted.Parked ?? 0
  if (told < held.size) violations.push(`${held.size} in quarantine, a metric says ${told}`)
  return violations
}

const againMs = 10_000

/**
 * `npm run redrive -- resend --all --apply`, repeated until nothing is left; the reason is gone by
 * now.
 */
export async function redrive(system: System): Promise<void> {
  const { quarantine, world } = system
  for (; quarantine.length > 0; await pause(system, againMs)) {
    const held = quarantine.map((one, n) => ({
      ...one,
      id: `q${n}`,
      receipt: '',
      reservation: decode(one.body),
    }))
    const { table, queue } = portsOf(system, { name: 'redrive', alive: true })
    for (const message of heldInOrder(held)) {
      // What it had not done is there still.
      if (!(await doneInTime(system, sendHeldAgain({ table, queue }, message, world.now)))) break
      const at = quarantine.findIndex(({ body }) => body === message.body)
      if (at >= 0) quarantine.splice(at, 1)
    }
  }
}
