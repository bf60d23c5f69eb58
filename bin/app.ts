/** The CDK app: bundles every function once, then synthesizes the one stack under both nag packs. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { bundleAll } from '../lib/bundle.ts';
import { OrderPipelineStack } from '../lib/order-pipeline-stack.ts';

bundleAll();
const app = new App({
  analyticsReporting: false,
  // Two to three seconds of template validation: on for every deploy, off for the local engine.
  builtinCloudFormationValidation: process.env.EVERONCE_FAST_SYNTH !== '1',
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
new OrderPipelineStack(app, 'Everonce', {
  description:
    'Everonce: an order pipeline that stays correct when messages repeat, overtake or get lost',
});
app.synth();
