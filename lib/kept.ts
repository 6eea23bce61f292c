import { CfnResource, RemovalPolicy, Tags } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import type { Settings } from './settings.ts'

/** Whether AWS refuses to delete table, cluster and stacks. */
export const isProtected = ({ data }: Settings): boolean => data === 'protected'

/**
 * What becomes of a resource that holds data, or that such a one hangs on, when its stack goes or
 * no longer has it. Where it is kept, it is still deleted when the very deploy that made it fails:
 * it is empty then, and the next deploy would find its name or its protection in the way.
 */
const removalPolicyOf = ({ data }: Settings): RemovalPolicy =>
  data === 'deleted' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE

/** Rules and attachments are remade by any deploy, and nothing hangs on them. */
const remade = new Set([
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::VPCEndpoint',
  'AWS::SecretsManager::SecretTargetAttachment',
])

/**
 * Gives `data` and all that it consists of one removal policy. A cluster that stays needs its
 * subnets, groups and secret, so these stay with it: the library's own constructs would delete some
 * of them, and the deletion of the stack would fail at those that are in use.
 *
 * The tag is there to be changed: CloudFormation takes a new removal policy only in an update that
 * changes a resource.
 */
export function keepAsSet(data: IConstruct, settings: Settings): void {
  for (const each of data.node.findAll())
    if (CfnResource.isCfnResource(each) && !remade.has(each.cfnResourceType))
      each.applyRemovalPolicy(removalPolicyOf(settings), { applyToUpdateReplacePolicy: true })
  if (settings.target === 'aws') Tags.of(data).add('chat:data', settings.data)
}

/**
 * For what belongs to data and holds none, such as a reader of Aurora: it is deleted when its stack
 * no longer has it, whatever is set. Kept, it would run on, be paid for, and belong to no stack.
 */
export function deleteWhenGone(part: IConstruct): void {
  for (const each of part.node.findAll())
    if (CfnResource.isCfnResource(each))
      each.applyRemovalPolicy(RemovalPolicy.DESTROY, { applyToUpdateReplacePolicy: true })
}
