import { Stack } from 'aws-cdk-lib'
import { EbsDeviceVolumeType, type IVpc } from 'aws-cdk-lib/aws-ec2'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  Domain,
  EngineVersion,
  type IDomain,
  TLSSecurityPolicy,
} from 'aws-cdk-lib/aws-opensearchservice'
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources'
import type { Construct } from 'constructs'
import { keepAsSet } from './kept.ts'
import { onDeployLogs } from './on-deploy-logs.ts'
import type { Settings } from './settings.ts'
import type { Search } from './stores.ts'

/**
 * OpenSearch in the VPC, for signed requests of roles that have a grant. Its logs stay off, because
 * slow logs hold what people wrote.
 */
export function searchDomain(scope: Construct, vpc: IVpc, settings: Settings): Domain {
  const { zones, searchMasters: masterNodes, searchMasterType: masterNodeInstanceType } = settings
  const masters = masterNodes > 0 ? { masterNodes, masterNodeInstanceType } : {}
  const domain = new Domain(scope, 'Search', {
    version: EngineVersion.OPENSEARCH_3_3,
    vpc,
    vpcSubnets: [{ subnets: vpc.isolatedSubnets.slice(0, zones) }],
    capacity: {
      dataNodes: settings.searchNodes,
      dataNodeInstanceType: settings.searchNodeType,
      multiAzWithStandbyEnabled: false,
      ...masters,
    },
    zoneAwareness: zones > 1 ? { enabled: true, availabilityZoneCount: zones } : { enabled: false },
    ebs: { volumeType: EbsDeviceVolumeType.GP3, volumeSize: settings.searchVolumeGiB },
    encryptionAtRest: { enabled: true },
    nodeToNodeEncryption: true,
    enforceHttps: true,
    tlsSecurityPolicy: TLSSecurityPolicy.TLS_1_2_PFS,
    enableAutoSoftwareUpdate: true,
    // Without it a new version would be a new, empty domain in the place of this one.
    enableVersionUpgrade: true,
  })
  keepAsSet(domain, settings)
  return domain
}

/** What the functions use: the stack's own domain, or the one that the settings adopt. */
export function searchOf(scope: Construct, own: Domain, { adopt }: Settings): Search {
  const domain = adopt?.domain ? adopted(scope, adopt.domain) : own
  return { url: `https://${domain.domainEndpoint}`, domain }
}

function adopted(
  scope: Construct,
  { name, endpoint }: { name: string; endpoint: string },
): IDomain {
  const domainArn = Stack.of(scope).formatArn({
    service: 'es',
    resource: 'domain',
    resourceName: name,
  })
  return Domain.fromDomainAttributes(scope, 'AdoptedSearch', {
    domainArn,
    domainEndpoint: endpoint,
  })
}

/**
 * A domain in a VPC needs this role. An account has it once, and CloudFormation's own resource for
 * it fails where it exists already. So this asks for the role and accepts that it exists. The call
 * runs some minutes after its own policy was made, so IAM knows that everywhere: the function that
 * makes the calls waits for the secret of the cluster.
 */
export function searchRole(scope: Construct): AwsCustomResource {
  const service = 'opensearchservice.amazonaws.com'
  const role = Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: `aws-service-role/${service}/AWSServiceRoleForAmazonOpenSearchService`,
  })
  return new AwsCustomResource(scope, 'SearchRole', {
    onCreate: {
      service: 'iam',
      action: 'CreateServiceLinkedRole',
      parameters: { AWSServiceName: service },
      ignoreErrorCodesMatching: 'InvalidInput.*',
      physicalResourceId: PhysicalResourceId.of('SearchRole'),
    },
    installLatestAwsSdk: false,
    logGroup: onDeployLogs(scope),
    memorySize: 512,
    policy: AwsCustomResourcePolicy.fromStatements([
      new PolicyStatement({ actions: ['iam:CreateServiceLinkedRole'], resources: [role] }),
    ]),
  })
}
