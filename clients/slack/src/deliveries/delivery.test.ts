import { describe, expect, it } from 'vitest';
import { deliveryOf, filledOf } from './delivery.js';

describe('a delivery', () => {
  it('of a command is known by its trigger', () => {
    const body = { command: '/coffee', team_id: 'T1', user_id: 'U1', trigger_id: '1.2', response_url: 'https://r' };
    expect(deliveryOf(body)).toEqual({
      id: '1.2',
      team: 'T1',
      user: 'U1',
      trigger: '1.2',
      place: { kind: 'command', responseUrl: 'https://r' },
    });
  });

  it('of a press on a message knows the message', () => {
    const container = { type: 'message', channel_id: 'D1', message_ts: '1.5' };
    const body = { team: { id: 'T1' }, user: { id: 'U1' }, trigger_id: '1', container, actions: [{ action_id: 'a' }] };
    expect(deliveryOf(body)?.place).toEqual({ kind: 'message', channel: 'D1', ts: '1.5' });
  });

  it('tells the home from a modal, and the first modal from one on top', () => {
    const of = (view: object) => deliveryOf({ team: { id: 'T1' }, user: { id: 'U1' }, view })?.place;
    expect(of({ id: 'V1', type: 'home' })).toEqual({ kind: 'home' });
    expect(of({ id: 'V1', type: 'modal' })).toEqual({ kind: 'modal', view: 'V1', isRoot: true });
    expect(of({ id: 'V2', type: 'modal', previous_view_id: 'V1' })).toMatchObject({ isRoot: false });
  });

  it('without a workspace or a user is none', () => {
    expect(deliveryOf({ user_id: 'U1' })).toBeUndefined();
    expect(deliveryOf({ team_id: 'T1' })).toBeUndefined();
  });

  it('gives what was filled in by the name of the input', () => {
    const values = { skills: { skills: { value: 'Go' } }, day: { other: { selected_date: '2026-01-01' } } };
    const filled = filledOf({ state: { values } });
    expect(filled.get('skills')?.value).toBe('Go');
    expect(filled.get('day')?.selected_date).toBe('2026-01-01');
  });
});
