import { describe, expect, it } from 'vitest';
import { isTokenOver, outcomeOf, repeatedly } from './errors.js';

const platform = (error: string) => ({ code: 'slack_webapi_platform_error', data: { error } });

describe('a call that failed', () => {
  it.each([
    [
      { code: 'slack_webapi_rate_limited_error', retryAfter: 3 },
      { kind: 'later', afterMs: 3000 },
    ],
    [platform('ratelimited'), { kind: 'later', afterMs: 1000 }],
    [platform('channel_not_found'), { kind: 'refused', error: 'channel_not_found' }],
    [platform('internal_error'), { kind: 'unknown' }],
    [
      { code: 'slack_webapi_http_error', statusCode: 404 },
      { kind: 'refused', error: 'http_404' },
    ],
    [{ code: 'slack_webapi_http_error', statusCode: 503 }, { kind: 'unknown' }],
    [{ code: 'slack_webapi_request_error' }, { kind: 'unknown' }],
    [new Error('whatever'), { kind: 'unknown' }],
  ])('%o was %o', (thrown, outcome) => {
    expect(outcomeOf(thrown)).toEqual(outcome);
  });

  it('may say that the token is good no more', () => {
    expect(isTokenOver(outcomeOf(platform('token_revoked')))).toBe(true);
    expect(isTokenOver(outcomeOf(platform('channel_not_found')))).toBe(false);
  });

  it('is not made again when it was refused', async () => {
    let calls = 0;
    const refuse = async () => {
      calls += 1;
      throw platform('view_not_found');
    };
    await expect(repeatedly(refuse)).rejects.toEqual(platform('view_not_found'));
    expect(calls).toBe(1);
  });
});
