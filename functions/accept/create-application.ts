import { createHash } from 'node:crypto'
import { applicationEndpoint } from '../api/application-endpoint.ts'
import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { optionalEnv } from '../clients/env.ts'
import { type ApplicationValue, applicationKind } from '../kinds/application.ts'
import { timesAt } from '../kinds/times.ts'
import { badRequest } from '../problems/problem.ts'
import { root } from '../protocol/model/parent.ts'
import {
  type AcceptPorts,
  accept,
  createdOne,
  inputOf,
  newRows,
  readKey,
  requestKeyOf,
} from './accept.ts'
import { acceptPorts } from './wiring.ts'

/** 128 random bits in base64url; a UUID has 36 characters. */
const unguessable = 22

/**
 * Makes an application and its token. A repeat with its key hands out the same token, so keys are
 * scoped by the operator's key, in its one spelling (api/operator-key.ts): whoever does not hold it
 * never meets them. Where there is none all are of one scope, whatever header was sent: the key
 * alone keeps strangers from the token, and one that could be guessed is refused.
 * Throws Problems: 400, and see reserve.
 */
export async function createApplication(
  ports: AcceptPorts,
  call: Call<'create-application'>,
  operatorKeySet: boolean,
): Promise<HttpResponse> {
  if (!operatorKeySet) refuseGuessable(readKey(call.headers['idempotency-key']))
  const operator = createHash('sha256')
    .update(operatorKeySet ? (call.headers.authorization ?? '') : '')
    .digest('base64url')
  const key = requestKeyOf(call.headers, ['create-application', operator])
  const made = await accept<ApplicationValue>(ports, root, key, () => {
    const { name } = call.body()
    return inputOf({ name }, { name }, (at, token) => [{ token, name, ...timesAt(at) }])
  })
  const rows = newRows(made)
  return createdOne(
    made.replayed,
    `applications/${rows[0]?.value.token}`,
    rows,
    applicationKind.represent,
  )
}

function refuseGuessable(key: string | undefined): void {
  if (key === undefined || key.length >= unguessable) return
  const detail = `must have at least ${unguessable} characters here, random ones: no operator key is set, and whoever guesses it would be given the token`
  throw badRequest([{ parameter: 'Idempotency-Key', detail }])
}

export const handler = applicationEndpoint('create-application', (call, request) =>
  createApplication(acceptPorts(request), call, optionalEnv('OPERATOR_KEY_SHA256') !== undefined),
)
