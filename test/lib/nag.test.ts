import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { expect, test } from 'vitest'
import { appWith, synthMs } from './synthesised.ts'

/** What cdk-nag calls an error and is meant so, with the reason. No more than 12. */
const argued: { rules: RegExp; reason: string }[] = [
  {
    rules: /^AwsSolutions-(APIG4|COG4)$/,
    reason: 'the token in the path is the capability; functions check it, and the operator key',
  },
  {
    rules: /^AwsSolutions-APIG2$/,
    reason: 'functions validate by the schemas that make the document, and say what is wrong',
  },
  {
    rules: /^AwsSolutions-APIG6$/,
    reason: 'execution logs may hold the path, and with it the token; the access log does not',
  },
  {
    rules: /^AwsSolutions-IAM4\[/,
    reason: 'managed policies for logs and network interfaces, for names that AWS chooses',
  },
  {
    rules: /^AwsSolutions-IAM5\[/,
    reason: 'two calls that describe and have no resources, and the paths of the one index',
  },
  {
    rules: /^AwsSolutions-SMG4$/,
    reason: 'only a deploy uses the administrator, by the Data API; rotating needs a way out',
  },
  {
    rules: /^AwsSolutions-RDS11$/,
    reason: 'the port is open to the functions alone; another one hides nothing from them',
  },
  {
    rules: /^AwsSolutions-RDS14$/,
    reason: 'a restore makes a cluster beside this one, which backtracking would overwrite',
  },
  {
    rules: /^AwsSolutions-OS[35]$/,
    reason: 'it lies in the VPC, and takes signed requests of roles that have a grant',
  },
  { rules: /^AwsSolutions-OS9\[/, reason: 'slow logs hold what people wrote' },
  {
    rules: /^(AwsSolutions-SQS3|Serverless-SQSRedrivePolicy)$/,
    reason: 'dead letters and quarantine are where messages end, with an alarm each',
  },
  {
    rules:
      /^Serverless-(LambdaDLQ|LambdaAsyncFailureDestination|EventBusDLQ|LambdaEventSourceMappingDestination)$/,
    reason:
      'nothing is lost by a failure: a client gets an error, the next minute has another run, ' +
      'and the queue keeps its messages and has dead letters',
  },
]

test(
  'cdk-nag finds no error in any stage, but for those that are meant so',
  async () => {
    const found = new Set<string>()
    for (const stage of ['prod', 'dev', 'alice']) {
      // Protection is a second step (kept.test.ts); here it has been taken.
      const everywhere = { operatorKey: 'open', data: 'protected' } as const
      const app = await appWith({ stage }, { everywhere })
      for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)])
        for (const { ruleName, severity } of pack.validateScope(app).violations)
          if (severity === 'error') found.add(ruleName)
    }
    const unargued = [...found].filter((name) => !argued.some(({ rules }) => rules.test(name)))
    expect(unargued).toEqual([])
    const unneeded = argued.filter(({ rules }) => ![...found].some((name) => rules.test(name)))
    expect(unneeded).toEqual([])
  },
  synthMs,
)

test('no more than 12 are meant so', () => {
  expect(argued.length).toBeLessThanOrEqual(12)
})
