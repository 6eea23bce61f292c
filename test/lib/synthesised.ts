import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { buildFunctions } from '../../bin/build/build.ts'
import { addStacks } from '../../lib/app.ts'
import type { Config } from '../../lib/config.ts'

/** A synth takes some seconds, on a busy machine a minute. */
export const synthMs = 180_000

export const project = join(import.meta.dirname, '..', '..')

interface CdkJson {
  context: Record<string, unknown>
}

/**
 * The app as the CLI would make it with `-c` for each entry of `context`, and with `config` in
 * chat.config.ts: with the feature flags, and with the functions built.
 */
export async function appWith(
  context: Record<string, unknown> = {},
  config: Config = {},
): Promise<App> {
  await buildFunctions()
  const { context: flags }: CdkJson = JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8'))
  // Only templates are looked at: assets stay where they are, and test/bin/chat.test.ts lets the
  // CLI validate.
  const app = new App({
    context: { ...flags, 'aws:cdk:disable-asset-staging': true, ...context },
    builtinCloudFormationValidation: false,
  })
  addStacks(app, config)
  return app
}

/** One of the app's stacks. */
export function stackOf(app: App, name: string): Stack {
  const stack = app.node.findChild(name)
  if (!Stack.isStack(stack)) throw new Error(`${name} is no stack`)
  return stack
}

/** The template of one of the app's stacks. */
export function templateOf(app: App, name: string): Template {
  return Template.fromStack(stackOf(app, name))
}

export interface Resource {
  Type: string
  Properties: Record<string, unknown>
  DependsOn?: string[]
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}

/** All resources of a template by logical id; with `type` only those of this type. */
export const resourcesOf = (template: Template, type?: string): [string, Resource][] =>
  Object.entries(template.toJSON().Resources as Record<string, Resource>).filter(
    ([, resource]) => type === undefined || resource.Type === type,
  )

export interface Statement {
  Effect: string
  Action: string | string[]
  Resource: unknown
  Condition?: unknown
}

/** The properties of the function that has this name. */
export function functionOf(template: Template, name: string): Record<string, unknown> {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === name,
  )
  if (!found) throw new Error(`no function ${name}`)
  return found[1].Properties
}

/** The statements of a policy with these properties. */
export const statementsIn = ({ PolicyDocument }: Record<string, unknown>): Statement[] =>
  (PolicyDocument as { Statement: Statement[] }).Statement

/** What a function's role is allowed and denied, without its managed policies. */
export function statementsOf(template: Template, name: string): Statement[] {
  const { Role } = functionOf(template, name) as { Role: { 'Fn::GetAtt': [string, string] } }
  const [role] = Role['Fn::GetAtt']
  return resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => JSON.stringify(Properties.Roles).includes(`"${role}"`))
    .flatMap(([, { Properties }]) => statementsIn(Properties))
}

/** The names of the exports of a template. */
export const exportsOf = (template: Template): string[] =>
  Object.values(template.toJSON().Outputs as Record<string, { Export?: { Name: string } }>)
    .flatMap((output) => (output.Export ? [output.Export.Name] : []))
    .toSorted()

/** The names that a template imports of others. */
export const importsOf = (template: Template): string[] => [
  ...new Set(
    [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    ),
  ),
]

/** The environment of a local synth, as `npm start` sets it for its engines. */
export const localEnvironment = {
  MYSQL_HOST: '127.0.0.1',
  MYSQL_PORT: '3306',
  MYSQL_USER: 'app',
  MYSQL_PASSWORD: 'secret',
  MYSQL_DATABASE: 'chat',
  OPENSEARCH_URL: 'http://127.0.0.1:9200',
}
