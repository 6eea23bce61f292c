import { openEndpoint } from '../api/open-endpoint.ts'
import { fileAnswer, fileBeside } from './file.ts'

const document = fileBeside(import.meta.dirname, 'openapi.json', 'application/json')

/** The OpenAPI document, docs/openapi.json as it was deployed. */
export const handler = openEndpoint('show-openapi', async ({ headers }) =>
  fileAnswer(headers, document()),
)
