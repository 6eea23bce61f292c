import { randomBytes } from 'node:crypto'
import type { ApplicationValue } from '../../functions/kinds/application.ts'
import type { ChatValue } from '../../functions/kinds/chat.ts'
import type { Value } from '../../functions/kinds/kinds.ts'
import type { MessageValue } from '../../functions/kinds/message.ts'
import { timesAt } from '../../functions/kinds/times.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import { applicationParent, chatParent, root } from '../../functions/protocol/model/parent.ts'
import type { Change } from '../../functions/protocol/model/reservation.ts'
import { at, chatValue, messageValue } from '../support/values.ts'

/** Changes as a reservation would make them; every part can be given another value. */
export const newToken = (): string => randomBytes(16).toString('base64url')
const newRid = (): string => randomBytes(16).toString('base64url')

export const application = (
  token: string,
  number: number,
  rev: number,
  name = 'a',
): Change<ApplicationValue> => ({
  rid: newRid(),
  rev,
  parent: root,
  number,
  act: 'create',
  value: { token, name, ...timesAt(at) },
})

export const chat = (
  token: string,
  number: number,
  rev: number,
  value: Partial<ChatValue> = {},
): Change<ChatValue> => ({
  rid: newRid(),
  rev,
  parent: applicationParent(appKey(token)),
  number,
  act: 'create',
  value: chatValue(value),
})

export const message = (
  token: string,
  chatNumber: number,
  number: number,
  rev: number,
  value: Partial<MessageValue> = {},
): Change<MessageValue> => ({
  rid: newRid(),
  rev,
  parent: chatParent(appKey(token), chatNumber),
  number,
  act: 'create',
  value: messageValue(`message ${number}`, value),
})

/** An edit of what a change made. */
export const edit = <V extends Value>(
  change: Change<V>,
  rev: number,
  value: Partial<V>,
): Change<V> => ({
  ...change,
  rid: newRid(),
  rev,
  act: 'edit',
  value: { ...change.value, ...value },
})

export const deletion = <V extends Value>(change: Change<V>, rev: number): Change<V> => ({
  ...change,
  rid: newRid(),
  rev,
  act: 'delete',
  value: { ...change.value, deleted_at: '2026-02-03T04:05:06.789Z' },
})
