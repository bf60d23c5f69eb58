import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../bin/token/main.ts';

const outputs = {
  ApiUrl: 'https://api.example',
  UserPoolId: 'eu-north-1_Ab12',
  TokenUrl: 'https://everonce.auth.example/oauth2/token',
  CustomerClientId: 'customer-client',
  OperatorClientId: 'operator-client',
};

const cognito = mockClient(CognitoIdentityProviderClient);
let dir: string;
let outputsFile: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'token-'));
  outputsFile = join(dir, 'outputs.json');
  writeFileSync(outputsFile, JSON.stringify({ Everonce: outputs }));
  cognito.reset();
  cognito
    .on(DescribeUserPoolClientCommand)
    .resolves({ UserPoolClient: { ClientSecret: 'sesame' } });
});
afterEach(() => rmSync(dir, { recursive: true }));

const granted = () => Response.json({ access_token: 'the.token', expires_in: 3600 });

/** Runs the command against the given answer of the token endpoint. */
async function run(args: string[], answer: () => Response = granted) {
  const out: string[] = [];
  const error: string[] = [];
  const fetch = vi.fn<typeof globalThis.fetch>(async () => answer());
  const regions: string[] = [];
  const status = await main([...args, '--outputs', outputsFile], {
    fetch,
    cognito: (region) => {
      regions.push(region);
      return new CognitoIdentityProviderClient({ region });
    },
    out: (line) => void out.push(line),
    error: (line) => void error.push(line),
  });
  return { status, out, error: error.join('\n'), fetch, regions };
}

/** What a token endpoint was sent. */
function sentTo(fetch: Awaited<ReturnType<typeof run>>['fetch']) {
  const [url, { headers, body } = {}] = fetch.mock.calls[0] ?? [];
  return { url, headers, form: Object.fromEntries(body as URLSearchParams) };
}

describe('npm run token', () => {
  it.each([
    ['customer', 'everonce/orders', 'customer-client'],
    ['operator', 'everonce/operator', 'operator-client'],
  ])('exchanges the secret of the %s for a token of scope %s', async (role, scope, client) => {
    const { fetch, status, regions } = await run(['--as', role]);
    expect(status).toBe(0);
    expect(sentTo(fetch)).toEqual({
      url: outputs.TokenUrl,
      headers: { authorization: `Basic ${btoa(`${client}:sesame`)}` },
      form: { grant_type: 'client_credentials', scope },
    });
    const [asked] = cognito.commandCalls(DescribeUserPoolClientCommand);
    expect(asked?.args[0].input).toEqual({ UserPoolId: outputs.UserPoolId, ClientId: client });
    expect(regions).toEqual(['eu-north-1']);
  });

  it('prints the token and nothing else', async () => {
    expect(await run(['--as', 'customer'])).toMatchObject({ out: ['the.token'], error: '' });
  });

  it('explains itself when asked, and when it is called wrongly', async () => {
    expect((await run(['--help'])).out.join()).toContain('TOKEN=$(npm run --silent token --');
    const missing = await run([]);
    expect(missing).toMatchObject({ status: 2, out: [] });
    expect(missing.error).toContain('--as is missing, expected customer or operator');
    expect((await run(['--as', 'admin'])).error).toContain('--as is "admin", expected customer');
  });

  it('says to deploy first when there are no outputs', async () => {
    rmSync(outputsFile);
    const { status, error, out } = await run(['--as', 'customer']);
    expect([status, out]).toEqual([1, []]);
    expect(error).toBe(
      `No token: ${outputsFile} does not exist: run npm run deploy first, which writes it`,
    );
  });

  it.each([
    ['not JSON', 'is not a file of stack outputs'],
    ['[]', 'has no stack Everonce, only none'],
    ['{"Other":{}}', 'has no stack Everonce, only Other'],
    ['{"Everonce":{"ApiUrl":"x"}}', 'names no Cognito user pool'],
    ['{"Everonce":{"UserPoolId":"a_b"}}', 'has no output CustomerClientId'],
    [
      JSON.stringify({ Everonce: { ...outputs, UserPoolId: 'nowhere' } }),
      'the user pool id is "nowhere", expected <region>_<id>',
    ],
  ])('refuses outputs like %s', async (text, why) => {
    writeFileSync(outputsFile, text);
    const { status, error } = await run(['--as', 'customer']);
    expect(status).toBe(1);
    expect(error).toContain(why);
  });

  it.each([
    ['CredentialsProviderError', 'there are no AWS credentials'],
    ['ExpiredTokenException', 'AWS does not accept the credentials'],
    ['AccessDeniedException', 'lack cognito-idp:DescribeUserPoolClient'],
    ['ResourceNotFoundException', 'is gone: deploy again'],
    ['TimeoutError', 'could not be asked: TimeoutError: sorry'],
  ])('says what is wrong when AWS answers %s', async (name, why) => {
    cognito.on(DescribeUserPoolClientCommand).rejects(Object.assign(new Error('sorry'), { name }));
    const { status, error } = await run(['--as', 'customer']);
    expect(status).toBe(1);
    expect(error).toContain(why);
  });

  it('says so when the client has no secret', async () => {
    cognito.on(DescribeUserPoolClientCommand).resolves({ UserPoolClient: {} });
    expect((await run(['--as', 'customer'])).error).toContain('customer-client of the user pool');
  });

  it.each([
    [400, '{"error":"invalid_client"}', 'answered 400, expected 200 and a token: {"error":'],
    [200, '{"token":1}', 'answered 200, expected 200 and a token: {"token":1}'],
    [502, '', 'answered 502, expected 200 and a token: nothing'],
  ])('shows what the token endpoint answered with %i %s', async (status, body, why) => {
    const result = await run(['--as', 'customer'], () => new Response(body, { status }));
    expect(result.status).toBe(1);
    expect(result.error).toContain(`${outputs.TokenUrl} ${why}`);
  });

  it('says why the token endpoint cannot be reached', async () => {
    const { error } = await run(['--as', 'customer'], () => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
    });
    expect(error).toContain('could not be reached: getaddrinfo ENOTFOUND');
  });
});
