/** The CDK app: bundles every function once, then synthesizes the one stack under both nag packs. */
import { bundleAll } from '../lib/bundle.ts';

// esbuild works on another core while the CDK loads.
const bundling = bundleAll();
const { App, Validations } = await import('aws-cdk-lib');
const { AwsSolutionsChecks, ServerlessChecks } = await import('cdk-nag');
const { OrderPipelineStack } = await import('../lib/order-pipeline-stack.ts');
await bundling;

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
