import { endpoint } from '../api/endpoint.ts'
import { fileBeside, fileResponse } from './packed-file.ts'

const document = fileBeside(import.meta.dirname, 'openapi.json', 'application/json')

/** The OpenAPI document, docs/openapi.json as it was deployed. */
export const handler = endpoint('show-openapi', async ({ headers }) =>
  fileResponse(headers, document()),
)
