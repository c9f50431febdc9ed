// One thing that Slack tells us, whatever way it came: who, where, what, and the id by which a repeat is known.

/** Where somebody pressed or submitted. */
export type Place =
  | { kind: 'message'; channel: string; ts: string }
  | { kind: 'home' }
  | { kind: 'modal'; view: string; isRoot: boolean }
  | { kind: 'command'; responseUrl: string };

/** A command, a press, or a submission. */
export interface Delivery {
  /** Slack's own id of it: the same when it comes again. */
  id: string;
  team: string;
  user: string;
  place: Place;
  /** Opens one view within three seconds; empty without. */
  trigger: string;
}

/** What Slack sends, as far as we look. */
export interface Body {
  type?: string;
  team_id?: string;
  team?: { id?: string } | null;
  user_id?: string;
  user?: { id?: string; team_id?: string };
  trigger_id?: string;
  response_url?: string;
  command?: string;
  text?: string;
  container?: { type?: string; channel_id?: string; message_ts?: string };
  view?: BodyView;
  actions?: Pressed[];
}

/** A view as it comes back. */
export interface BodyView {
  id?: string;
  hash?: string;
  type?: string;
  callback_id?: string;
  private_metadata?: string;
  previous_view_id?: string | null;
  app_installed_team_id?: string | null;
  state?: { values?: Record<string, Record<string, Filled>> };
}

/** One element as it was filled in. */
export interface Filled {
  type?: string;
  value?: string | null;
  selected_option?: { value?: string } | null;
  selected_options?: { value?: string; text?: { text?: string } }[];
  selected_date?: string | null;
  selected_date_time?: number | null;
}

/** A button or picker that was used. */
export interface Pressed extends Filled {
  action_id?: string;
  block_id?: string;
  action_ts?: string;
}

function placeOf(body: Body): Place {
  const { container, view } = body;
  if (container?.type === 'message' && container.channel_id !== undefined && container.message_ts !== undefined) {
    return { kind: 'message', channel: container.channel_id, ts: container.message_ts };
  }
  if (view?.type === 'home') return { kind: 'home' };
  if (view?.id !== undefined) return { kind: 'modal', view: view.id, isRoot: !view.previous_view_id };
  return { kind: 'command', responseUrl: body.response_url ?? '' };
}

/** Reads a body. Undefined for one that names no workspace or user. */
export function deliveryOf(body: Body): Delivery | undefined {
  const team = body.view?.app_installed_team_id ?? body.team?.id ?? body.team_id ?? body.user?.team_id;
  const user = body.user?.id ?? body.user_id;
  if (!team || !user) return undefined;
  const pressed = body.actions?.[0];
  // A trigger is new for everything that a person does, and the same for every delivery of it.
  const id = body.trigger_id || `${body.view?.id}.${body.view?.hash}.${pressed?.action_ts}.${pressed?.action_id}`;
  return { id, team, user, place: placeOf(body), trigger: body.trigger_id ?? '' };
}

/** What was filled in, by the name of the input. */
export function filledOf(view: BodyView | undefined): Map<string, Filled> {
  const filled = new Map<string, Filled>();
  for (const [block, elements] of Object.entries(view?.state?.values ?? {})) {
    const element = elements[block] ?? Object.values(elements)[0];
    if (element !== undefined) filled.set(block, element);
  }
  return filled;
}
