import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  type IResource,
  LambdaIntegration,
  LogGroupLogDestination,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway'
import { FilterPattern, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct, type IConstruct } from 'constructs'
import { methodsTaken, routes, unrouted } from '../functions/api/routes.ts'
import { refusals } from './alarm-rules.ts'
import { functionOf } from './function-entries.ts'
import { addGatewayResponses } from './gateway-responses.ts'
import { ServiceFunction } from './service-function.ts'
import { namespaceOf, type Settings, stageName } from './settings.ts'
import { throttlesOf } from './throttles.ts'

/**
 * One line a request. It has the route and not the path, because the token in the path is the
 * capability. It has not the gateway's error message either, which quotes the Authorization header.
 * The tenant is in the function's own line of the same `request_id`: the gateway cannot hash.
 */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    time: AccessLogField.contextRequestTime(),
    request_id: AccessLogField.contextRequestId(),
    method: AccessLogField.contextHttpMethod(),
    route: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    bytes: AccessLogField.contextResponseLength(),
    ms: AccessLogField.contextResponseLatency(),
    function_ms: AccessLogField.contextIntegrationLatency(),
    gateway_error: AccessLogField.contextErrorResponseType(),
    source_ip: AccessLogField.contextIdentitySourceIp(),
  }),
)

/**
 * The REST API, made from the route table: each route leads to the function of its operation, every
 * other method of a known path and every other path to `no-route`. Bodies arrive as bytes (base64),
 * so that the functions can refuse bad UTF-8.
 */
export class Api extends Construct {
  readonly rest: RestApi
  readonly noRoute: ServiceFunction

  /**
   * `functions`: those of all routes, in any order; their construct ids are the functions' names.
   * `open`: anybody may create applications, so fewer at a time.
   */
  constructor(
    scope: Construct,
    id: string,
    functions: ServiceFunction[],
    { settings, open }: { settings: Settings; open: boolean },
  ) {
    super(scope, id)
    this.noRoute = new ServiceFunction(this, unrouted.operation, {
      settings,
      description: 'Responds to unknown paths and methods, and to preflights',
      timeout: Duration.seconds(5),
      memorySize: 512,
    })
    this.rest = new RestApi(this, 'Rest', {
      restApiName: Stack.of(this).stackName,
      description: 'Applications, chats, messages',
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['*/*'],
      cloudWatchRole: true,
      deployOptions: {
        stageName,
        ...throttlesOf(settings, open),
        // Traces would hold the path, and with it the token.
        tracingEnabled: false,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(this.#accessLog(namespaceOf(settings))),
        accessLogFormat,
      },
    })
    this.#addRoutes(functions)
    addGatewayResponses(this.rest, settings)
  }

  /**
   * Lets the account's role for logs wait for `slow`. The gateway refuses a role that IAM has made
   * only some seconds ago, and in an account without one this stack makes it.
   */
  logAfter(slow: IConstruct): void {
    this.rest.node.findChild('Account').node.addDependency(slow)
  }

  /** The access log. It counts refusals, those of the gateway's own among them. */
  #accessLog(metricNamespace: string): LogGroup {
    const group = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    for (const [metricName, status] of Object.entries(refusals))
      group.addMetricFilter(metricName, {
        metricNamespace,
        metricName,
        filterPattern: FilterPattern.stringValue('$.status', '=', status),
      })
    return group
  }

  #addRoutes(functions: ServiceFunction[]): void {
    const integrations = new Map(functions.map((each) => [each.node.id, integration(each)]))
    for (const route of routes) {
      const target = integrations.get(functionOf(route))
      if (!target)
        throw new Error(`${route.operation}: no stage makes a function named ${functionOf(route)}`)
      for (const method of methodsTaken(route))
        this.rest.root.resourceForPath(route.path).addMethod(method, target)
    }
    // On AWS a known path with another method never reaches {proxy+}: the gateway would respond
    // with 403 by itself.
    const other = integration(this.noRoute)
    for (const resource of resources(this.rest)) resource.addMethod('ANY', other)
    this.rest.root.addResource('{proxy+}').addMethod('ANY', other)
  }
}

/**
 * One permission for a function, not one for each method: the policy of a function has 20 KB, and
 * `no-route` is on every resource.
 */
const integration = (target: ServiceFunction): LambdaIntegration =>
  new LambdaIntegration(target, { scopePermissionToMethod: false })

/** `/` and every resource on the way to a route. */
function resources(api: RestApi): Set<IResource> {
  const found = new Set<IResource>()
  for (const { path } of routes)
    for (let at: IResource | undefined = api.root.resourceForPath(path); at; at = at.parentResource)
      found.add(at)
  return found
}
