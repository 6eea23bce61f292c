import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { routes } from '../../functions/api/routes.ts'
import { components } from './components.ts'
import { operationOf } from './operation.ts'
import type { Documented } from './operations.ts'

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
) as { version: string }

/** The routes of the API itself: not the files of its pages, nor what leads to these. */
export const documentedRoutes: Documented[] = routes.filter(
  (route): route is Documented => !('undocumented' in route),
)

/** `npm start` first: generators make it the default. A client of a deploy sets its own. */
const servers = [
  { url: 'http://localhost:3000', description: 'npm start' },
  {
    url: 'https://{api}.execute-api.{region}.amazonaws.com/{stage}',
    description: 'A deploy to AWS',
    variables: {
      api: { default: 'abcde12345', description: 'The id of the REST API in API Gateway' },
      region: { default: 'eu-central-1', description: 'The region of the deploy' },
      stage: { default: 'v1', description: 'The stage of the API' },
    },
  },
]

const tags = [
  { name: 'Applications', description: 'What holds chats: one for each tenant or product.' },
  { name: 'Chats', description: 'Numbered from 1 in their application.' },
  {
    name: 'Messages',
    description: 'Numbered from 1 in their chat: by one, in batches, and found.',
  },
  { name: 'System', description: 'Health, limits, and this documentation.' },
]

const description = `Applications have chats, chats have messages; all are numbered from 1 within their parent.

- **Creates** return at once with the number, and what was created is there to be read straight after. With an \`Idempotency-Key\` they can be repeated.
- **Access**: the token in the path is the capability. The operator's key is for creating and listing applications alone.
- **Lists** lead on by \`page.next\`, a reference relative to the address of the request, or by its cursor, \`page.after\` (\`page.before\` with \`order=desc\`). At the end both are null. What is created later comes behind the end: ask again with \`after\` set to the number of the last item.
- **Errors** are \`application/problem+json\` (RFC 9457); \`/docs/problems\` explains each type.
- **New fields** may come into responses at any time; clients ignore what they do not know. Unknown fields of requests are refused.
- **Limits**: the bounds in this document are those of a deploy that sets none; what holds is what \`/limits\` says.`

/**
 * The OpenAPI 3.1 document of the route table: the same schemas that validate, and no route of the
 * API more or less.
 */
export function openapiDocument() {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of documentedRoutes) {
    paths[route.path] ??= {}
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operationOf(route) })
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chat API',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description,
    },
    externalDocs: {
      description: 'The reference and the types of problems, where npm start runs',
      url: 'http://localhost:3000/docs',
    },
    servers,
    tags,
    paths,
    components: components(),
  }
}
