import { clock } from '../clients/clock.ts'
import { mysql } from '../clients/mysql.ts'
import { sqlUntil } from '../clients/sql-until.ts'
import { breakerOf } from '../mysql/breaker.ts'
import type { Sql } from '../mysql/db.ts'
import { applicationEndpoint, type RequestContext } from './application-endpoint.ts'
import type { Call } from './call.ts'
import type { HttpResponse } from './http-response.ts'
import type { Operation } from './routes.ts'

/** What this instance knows of MySQL, from request to request. */
const breaker = breakerOf(clock)

/**
 * The Lambda handler of an operation that reads MySQL (application-endpoint.ts, with `sql` for the
 * time of the request). When the function's time is nearly over, the connection is given up: the
 * next request in this instance would wait behind what hangs on it.
 */
export const mysqlEndpoint = <O extends Operation>(
  operation: O,
  run: (call: Call<O>, sql: Sql, request: RequestContext) => Promise<HttpResponse>,
) =>
  applicationEndpoint(operation, (call, request) =>
    run(call, sqlUntil(mysql(), request.signal, breaker), request),
  )
