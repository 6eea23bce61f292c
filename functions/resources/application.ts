import * as v from 'valibot'
import type { ApplicationValue, Row } from '../protocol/change.ts'
import { limits } from './limits.ts'
import type { Status } from './status.ts'
import { text } from './text.ts'

export const applicationCreate = v.strictObject({ name: text(limits.name) })
export const applicationUpdate = v.strictObject({ name: v.exactOptional(text(limits.name)) })
export const applicationReplace = applicationCreate

/** What clients see of an application. */
export const representApplication = (row: Row<ApplicationValue>, status: Status) => ({
  token: row.value.token,
  name: row.value.name,
  chats_count: row.count,
  status,
  created_at: row.value.created_at,
  updated_at: row.value.updated_at,
})
