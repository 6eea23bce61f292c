import type { Path } from '../../../functions/api/read-path.ts'
import type { Value } from '../../../functions/kinds/kinds.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import {
  applicationParent,
  chatParent,
  parentKey,
} from '../../../functions/protocol/model/parent.ts'
import type { Act } from '../../../functions/protocol/model/reservation.ts'
import { textOf } from '../stores/mysql.ts'
import type { Facts } from './history.ts'

/** A reservation, as it stood in a HEAD: the first of `count` numbers. */
export interface Reserved {
  rid: string
  parent: string
  number: number
  count: number
  rev: number
}
/** What its record says. */
export interface Body {
  values: Value[]
  act: Act
  /** See Request.own. */
  own: number | undefined
}

/**
 * What was reserved, kept so that reads can be judged by it at once; `note` is called with each
 * reservation. One that `collided` has not become what its number is.
 */
export function newFacts(
  collided: (rid: string) => boolean,
): Facts & { note(reserved: Reserved, body: Body): void } {
  const reserved = new Map<string, { rid: string; rev: number }[]>()
  const revOfText = new Map<string, number>()
  const applications = new Map<string, string>()
  const deleted = new Set<string>()
  const nameOf = ({ token, chat, message }: Path): string => {
    if (message > 0) return `${parentKey(chatParent(appKey(token), chat))}/${message}`
    if (chat > 0) return `${parentKey(applicationParent(appKey(token)))}/${chat}`
    return applications.get(token) ?? ''
  }
  return {
    note({ rid, parent, number, rev }, { values, act }) {
      for (const [i, one] of values.entries()) {
        const name = `${parent}/${number + i}`
        reserved.set(name, [...(reserved.get(name) ?? []), { rid, rev }])
        if (act === 'create' && 'token' in one) applications.set(one.token, name)
        if (act === 'delete') deleted.add(name)
        else revOfText.set(textOf(one), rev)
      }
    },
    revOf: (text) => revOfText.get(text),
    revBefore: (path, below) =>
      (reserved.get(nameOf(path)) ?? [])
        .filter(({ rid, rev }) => rev < below && !collided(rid))
        .reduce((greatest, { rev }) => Math.max(greatest, rev), 0),
    isDeleted: (path) =>
      [path, { ...path, message: 0 }, { ...path, chat: 0, message: 0 }].some((one) =>
        deleted.has(nameOf(one)),
      ),
  }
}
