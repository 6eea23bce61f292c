import { openEndpoint } from '../api/open-endpoint.ts'
import type { Answer } from '../api/problem.ts'
import { representLimits } from '../resources/limits.ts'

/** Every limit of this deploy, so that clients need not find them by being refused. */
export const showLimits = async (): Promise<Answer> => ({ status: 200, body: representLimits() })

export const handler = openEndpoint('show-limits', showLimits)
