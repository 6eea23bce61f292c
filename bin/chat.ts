import { App } from 'aws-cdk-lib'
import config from '../chat.config.ts'
import { addStacks } from '../lib/app.ts'
import { buildFunctions } from './build/build.ts'

// The CDK app (cdk.json starts it). The bundles first: the stack hashes and uploads what lies in
// dist/.
await buildFunctions()
addStacks(new App(), config)
