import { endpoint } from '../api/endpoint.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { representLimits } from '../api/schemas/limits.ts'

/** Every limit of this deploy, so that clients need not find them by being refused. */
export const showLimits = async (): Promise<HttpResponse> => ({
  status: 200,
  body: representLimits(),
})

export const handler = endpoint('show-limits', showLimits)
