import { Match } from 'aws-cdk-lib/assertions'
import { expect, test } from 'vitest'
import { appWith, resourcesOf, synthMs, templateOf } from './synthesised.ts'

/** Every rule of the groups that looks at a body or a query, by AWS WAF's reference in 2026. */
const looking = [
  ...['SizeRestrictions', 'CrossSiteScripting', 'GenericLFI', 'GenericRFI', 'EC2MetaDataSSRF'],
  ...['JavaDeserializationRCE', 'Log4JRCE', 'ReactJSRCE'],
]
  .map((name) => `${name}_BODY`)
  .concat('SizeRestrictions_QUERYSTRING', 'CrossSiteScripting_QUERYARGUMENTS')
  .concat('GenericLFI_QUERYARGUMENTS', 'GenericRFI_QUERYARGUMENTS')
  .concat('EC2MetaDataSSRF_QUERYARGUMENTS', 'RestrictedExtensions_QUERYARGUMENTS')
  .concat('JavaDeserializationRCE_QUERYSTRING', 'Log4JRCE_QUERYSTRING')

const chatOf = async (context: Record<string, string>, stack = 'chat') =>
  templateOf(await appWith({ operatorKey: 'open', ...context }), stack)

test(
  'prod refuses an address that asks more than an application may, and stores no path of a request',
  async () => {
    const chat = await chatOf({})
    chat.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      Rules: Match.arrayWith([
        Match.objectLike({
          Action: { Block: {} },
          Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 150_000 } },
        }),
      ]),
    })
    chat.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1)
    const [acl] = resourcesOf(chat, 'AWS::WAFv2::WebACL')
    const text = JSON.stringify(acl)
    expect(text.match(/"SampledRequestsEnabled":false/g)).toHaveLength(5)
    expect(text).not.toContain('"SampledRequestsEnabled":true')
  },
  synthMs,
)

test(
  'bodies and terms that look like HTML or SQL are what people write: such rules only count',
  async () => {
    const [acl] = resourcesOf(await chatOf({}), 'AWS::WAFv2::WebACL')
    const overrides = JSON.stringify(acl)
    for (const rule of looking)
      expect(overrides).toContain(`{"ActionToUse":{"Count":{}},"Name":"${rule}"}`)
    expect(overrides).not.toMatch(/SQLi/)
  },
  synthMs,
)

test(
  'the number is a setting, and other stages pay for none unless it is set',
  async () => {
    const limited = await chatOf({ requestsPerAddress: '500', stage: 'dev' }, 'chat-dev')
    expect(JSON.stringify(resourcesOf(limited, 'AWS::WAFv2::WebACL'))).toContain('"Limit":500')
    const none = [
      await chatOf({ requestsPerAddress: 'none' }),
      await chatOf({ stage: 'dev' }, 'chat-dev'),
    ]
    for (const chat of none) chat.resourceCountIs('AWS::WAFv2::WebACL', 0)
  },
  synthMs,
)
