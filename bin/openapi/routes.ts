import { routes } from '../../functions/api/routes.ts'
import { isStarted } from '../cli/started.ts'

interface Branch {
  methods: string[]
  children: Map<string, Branch>
}

/**
 * The route table as a tree of path segments. Below each are its methods, with their operation and
 * who may call them.
 */
export function routeTree(): string {
  const root: Branch = { methods: [], children: new Map() }
  for (const route of routes) {
    const access = 'access' in route ? ` (${route.access})` : ''
    branchAt(root, route.path.split('/').slice(1)).methods.push(
      `${route.method.padEnd(6)} ${route.stage}/${route.operation}${access}`,
    )
  }
  return lines(root, 0).join('\n')
}

function branchAt(branch: Branch, [segment, ...rest]: string[]): Branch {
  if (segment === undefined) return branch
  const child = branch.children.get(segment) ?? { methods: [], children: new Map() }
  branch.children.set(segment, child)
  return branchAt(child, rest)
}

const lines = (branch: Branch, depth: number): string[] =>
  [...branch.children].flatMap(([segment, child]) => [
    `${'  '.repeat(depth)}/${segment}`,
    ...child.methods.map((method) => `${'  '.repeat(depth)}    ${method}`),
    ...lines(child, depth + 1),
  ])

if (isStarted(import.meta)) console.log(routeTree())
