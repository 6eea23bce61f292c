import type { Stage } from 'aws-cdk-lib/aws-apigateway'
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'

/**
 * Rules of Amazon's groups that look for HTML, SQL, paths or large values in a body or a query.
 * People write such things to each other, and search for them: these rules only count. These are
 * all such rules of the groups as their reference has them in 2026 ("Baseline rule groups" in the
 * AWS WAF Developer Guide); Amazon adds some.
 */
const counted = {
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'SizeRestrictions_QUERYSTRING',
    'CrossSiteScripting_BODY',
    'CrossSiteScripting_QUERYARGUMENTS',
    'GenericLFI_BODY',
    'GenericLFI_QUERYARGUMENTS',
    'GenericRFI_BODY',
    'GenericRFI_QUERYARGUMENTS',
    'EC2MetaDataSSRF_BODY',
    'EC2MetaDataSSRF_QUERYARGUMENTS',
    'RestrictedExtensions_QUERYARGUMENTS',
    // Clients need not name themselves.
    'NoUserAgent_HEADER',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: [
    'JavaDeserializationRCE_BODY',
    'JavaDeserializationRCE_QUERYSTRING',
    'Log4JRCE_BODY',
    'Log4JRCE_QUERYSTRING',
    'ReactJSRCE_BODY',
  ],
  AWSManagedRulesAmazonIpReputationList: [],
} as const

/** No sampled requests: a sample holds the path, and with it the token. */
const visibility = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
  metricName,
})

const managed = (priority: number, name: keyof typeof counted): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: counted[name].map((rule) => ({
        name: rule,
        actionToUse: { count: {} },
      })),
    },
  },
  visibilityConfig: visibility(name),
})

/**
 * In front of the gateway: an address that asks more than `requests` times in 5 minutes gets 403
 * until it asks less, and so does what Amazon's managed rules take for an attack. The gateway's own
 * throttles cannot tell clients apart (lib/throttles.ts).
 */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, stage: Stage, requests: number) {
    super(scope, id)
    const perAddress: CfnWebACL.RuleProperty = {
      name: 'RequestsPerAddress',
      priority: 0,
      action: { block: {} },
      statement: {
        rateBasedStatement: { aggregateKeyType: 'IP', evaluationWindowSec: 300, limit: requests },
      },
      visibilityConfig: visibility('RequestsPerAddress'),
    }
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('Firewall'),
      rules: [
        perAddress,
        managed(1, 'AWSManagedRulesAmazonIpReputationList'),
        managed(2, 'AWSManagedRulesCommonRuleSet'),
        managed(3, 'AWSManagedRulesKnownBadInputsRuleSet'),
      ],
    })
    new CfnWebACLAssociation(this, 'OnStage', {
      resourceArn: stage.stageArn,
      webAclArn: acl.attrArn,
    })
  }
}
