import type { APIGatewayProxyEvent, Context } from 'aws-lambda'

export interface Request {
  method?: string
  path?: string
  /** The route's pattern, or `/{proxy+}`; by default the path itself. */
  resource?: string
  pathParameters?: Record<string, string>
  query?: Record<string, string[]>
  headers?: Record<string, string>
  body?: string | Uint8Array
  requestId?: string
}

/**
 * What API Gateway gives to a function. Bodies are base64, because every media type counts as
 * binary.
 */
export function eventOf(request: Request): APIGatewayProxyEvent {
  const { method = 'GET', path = '/', headers = {}, body, query } = request
  const identity: APIGatewayProxyEvent['requestContext']['identity'] = {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: '127.0.0.1',
    user: null,
    userAgent: null,
    userArn: null,
  }
  return {
    httpMethod: method,
    path,
    resource: request.resource ?? path,
    pathParameters: request.pathParameters ?? null,
    queryStringParameters: null,
    multiValueQueryStringParameters: query ?? null,
    headers,
    multiValueHeaders: {},
    body: body === undefined ? null : Buffer.from(body).toString('base64'),
    isBase64Encoded: body !== undefined,
    stageVariables: null,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      authorizer: null,
      httpMethod: method,
      identity,
      path,
      protocol: 'HTTP/1.1',
      requestId: request.requestId ?? 'request-1',
      requestTimeEpoch: 0,
      resourceId: 'resource',
      resourcePath: path,
      stage: 'v1',
    },
  }
}

export const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
  memoryLimitInMB: '512',
  awsRequestId: 'invocation-1',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
}
