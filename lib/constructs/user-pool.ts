/** Tokens without a third party: a pool with no users, whose two clients are programs. */
import { Aws, Duration, Fn, Names, Validations } from 'aws-cdk-lib';
import {
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { statePolicy } from './stage.ts';

export class MachineUserPool extends Construct {
  readonly pool: UserPool;
  readonly customer: UserPoolClient;
  readonly operator: UserPoolClient;
  readonly issuer: string;
  /** Where clients exchange their secret for a token. */
  readonly tokenUrl: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      passwordPolicy: {
        minLength: 16,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      removalPolicy: statePolicy(this),
    });
    this.#acknowledge();
    const orders = new ResourceServerScope({ scopeName: 'orders', scopeDescription: 'a customer' });
    const operator = new ResourceServerScope({
      scopeName: 'operator',
      scopeDescription: 'an operator',
    });
    const server = this.pool.addResourceServer('Scopes', {
      identifier: 'everonce',
      scopes: [orders, operator],
    });
    const client = (name: string, scope: ResourceServerScope) =>
      this.pool.addClient(name, {
        generateSecret: true,
        accessTokenValidity: Duration.hours(1),
        oAuth: {
          flows: { clientCredentials: true },
          scopes: [OAuthScope.resourceServer(server, scope)],
        },
      });
    this.customer = client('Customer', orders);
    this.operator = client('Operator', operator);
    const prefix = Fn.join('-', [
      'everonce',
      Aws.ACCOUNT_ID,
      Names.uniqueId(this).slice(-8).toLowerCase(),
    ]);
    const domain = this.pool.addDomain('Domain', { cognitoDomain: { domainPrefix: prefix } });
    this.tokenUrl = `${domain.baseUrl()}/oauth2/token`;
    this.issuer = `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${this.pool.userPoolId}`;
  }

  #acknowledge(): void {
    const reason =
      'the pool has no users and takes no sign-ups: its clients are programs with a secret';
    for (const id of ['AwsSolutions-COG2', 'AwsSolutions-COG3', 'AwsSolutions-COG8'])
      Validations.of(this.pool).acknowledge({ id, reason });
  }
}
