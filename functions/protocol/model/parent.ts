/**
 * A parent owns a counter (its HEAD) and numbers its children from 1: the root numbers applications
 * (internally), an application its chats, a chat its messages. `app` is the application's internal
 * key, never its token.
 */
export type Parent =
  | { kind: 'root' }
  | { kind: 'application'; app: string }
  | { kind: 'chat'; app: string; chat: number }

export const root = { kind: 'root' } as const satisfies Parent
export const applicationParent = (app: string) =>
  ({ kind: 'application', app }) as const satisfies Parent
export const chatParent = (app: string, chat: number) =>
  ({ kind: 'chat', app, chat }) as const satisfies Parent

/**
 * What a thing is to its own children; undefined where it has none. An application is made a parent
 * by `applicationParent`: its key comes from its token and not from its number.
 */
export const asParent = (
  parent: Exclude<Parent, { kind: 'root' }>,
  number: number,
): Parent | undefined =>
  parent.kind === 'application' ? chatParent(parent.app, number) : undefined

/** A parent and everything that it is in, from the inside out: the root is last. */
export function lineOf(parent: Parent): Parent[] {
  switch (parent.kind) {
    case 'root':
      return [parent]
    case 'application':
      return [parent, root]
    case 'chat':
      return [parent, ...lineOf(applicationParent(parent.app))]
  }
}

/** The parent's name in DynamoDB keys and envelopes: `root`, `app#<key>`, `chat#<key>#<number>`. */
export function parentKey(parent: Parent): string {
  switch (parent.kind) {
    case 'root':
      return 'root'
    case 'application':
      return `app#${parent.app}`
    case 'chat':
      return `chat#${parent.app}#${parent.chat}`
  }
}

/** The inverse of parentKey. Throws on anything parentKey does not make. */
export function parseParent(key: string): Parent {
  if (key === 'root') return root
  const found = /^(app|chat)#([0-9a-f]{32})(?:#([1-9][0-9]{0,15}))?$/.exec(key)
  const [, kind, app, chat] = found ?? []
  if (kind === 'app' && app && !chat) return applicationParent(app)
  if (kind === 'chat' && app && chat) return chatParent(app, Number(chat))
  throw new Error('not the key of a parent')
}
