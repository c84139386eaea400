import { RemovalPolicies, RemovalPolicy } from 'aws-cdk-lib';
import { EndpointFixture, FakeSource } from '../deployment/fixture';

const REFUSED = "DeployedVariant 'Chat/Endpoint/Second': policy can't be applied to a variant, got 'retain': it stays, or is deleted, with its "
  + 'endpoint, so use applyRemovalPolicy of the DeployRecommendation';

test('a variant has no removal policy of its own', () => {
  const endpoint = new EndpointFixture().deploy();
  const variant = endpoint.addVariant('Second', { recommendation: new FakeSource() });
  expect(() => variant.applyRemovalPolicy(RemovalPolicy.RETAIN)).toThrow(REFUSED);
  expect(() => endpoint.applyRemovalPolicy(RemovalPolicy.RETAIN)).not.toThrow();
  expect(() => variant.applyRemovalPolicy('keep' as RemovalPolicy)).toThrow(
    /policy must be one of destroy, retain, retain-on-update-or-delete, got 'keep'$/);
});

test('what is applied to all resources is not asked of it', () => {
  const fixture = new EndpointFixture();
  const variant = fixture.deploy().addVariant('Second', { recommendation: new FakeSource() });
  RemovalPolicies.of(variant).retain();
  RemovalPolicies.of(fixture.stack).retain();
  expect(() => fixture.template()).not.toThrow();
});
