/**
 * ExpressionAttributeNames of these attributes, each by its own name: `{ '#due': 'due' }`. All go
 * by one, for DynamoDB reserves words such as `values` and refuses them in an expression.
 */
export const names = (...attributes: string[]): Record<string, string> =>
  Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute]))
