import { routes } from '../../functions/api/routes.ts'

/** A client that uses every route in turn, on an application of its own, until `signal` says so. */
export async function useAll(base: string, signal: AbortSignal, tell: Tell): Promise<void> {
  while (!signal.aborted) await lifeOf(base, signal, tell)
}
/** Gets the status of each response, and the route. */
export type Tell = (route: string, status: number) => void

/** Messages that are made, read and searched before the application is deleted again. */
const rounds = 10

/** From the create of an application to its delete. */
async function lifeOf(base: string, signal: AbortSignal, tell: Tell): Promise<void> {
  const call = async (method: string, path: string, json?: object, headers = {}) => {
    if (signal.aborted) return {}
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(json ? { body: JSON.stringify(json) } : {}),
    })
    tell(`${method} ${routeOf(path)}`, response.status)
    const text = await response.text()
    return response.headers.get('Content-Type')?.includes('json') ? Object(JSON.parse(text)) : {}
  }
  const { token } = await call('POST', '/applications', { name: 'Soak' })
  const application = `/applications/${token}`
  await call('POST', `${application}/chats`, { title: 'first' })
  const chat = `${application}/chats/1`
  const messages = `${chat}/messages`
  for (let i = 1; i <= rounds && !signal.aborted; i++) {
    const body = `round ${i} ${'of many words '.repeat(i)}`
    const { number } = await call('POST', messages, { body, metadata: { i } })
    await call('POST', `${messages}/batch`, { messages: [{ body }, { body: 'second' }] })
    await call('GET', `${messages}?limit=100`)
    await call('GET', `${messages}/search?q=${i % 2 ? 'many' : `round+${i}`}`)
    await call('GET', `${messages}/${number}`)
    await call(i % 2 ? 'PATCH' : 'PUT', `${messages}/${number}`, { body: `new ${body}` })
    await call(i % 2 ? 'PATCH' : 'PUT', chat, { title: `title ${i}` })
    await call(i % 2 ? 'PATCH' : 'PUT', application, { name: `name ${i}` })
    await call('DELETE', `${messages}/${number}`)
    const { number: other } = await call('POST', `${application}/chats`, { title: `chat ${i}` })
    for (const path of [chat, `${application}/chats?limit=100`, application, '/applications'])
      await call('GET', path)
    await call('DELETE', `${application}/chats/${other}`)
    for (const path of pages) await call('GET', path)
  }
  await call('DELETE', application)
}

/** What needs no application, and what is not there. */
const pages = [
  '/health?deep=1',
  ...routes.filter(({ stage }) => stage === 'docs').map(({ path }) => path),
  '/nothing',
]

/** The path of the route, so that all requests to it are counted together. */
const routeOf = (path: string): string =>
  path
    .replace(/\?.*/, '')
    .replace(/^(\/applications\/)[^/]+/, '$1{token}')
    .replace(/\/\d+/g, '/{number}')
