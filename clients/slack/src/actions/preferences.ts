// How one wants to hear of things, changed where it stands: in the home.
import type { NotificationPreferences } from '@cortado/api/gen/cortado/scheduling/v1/notification_pb.js';
import { publishHome } from './show.js';
import type { Carried, Visit } from './visit.js';

type Change = Partial<Pick<NotificationPreferences, 'channel' | 'digest' | 'anyTime'>>;

async function update(visit: Visit, change: Change, paths: string[]): Promise<void> {
  const { client, self } = await visit.act();
  const name = `${self}/notificationPreferences`;
  const { etag } = await client.notifications.getNotificationPreferences({ name });
  await client.notifications.updateNotificationPreferences({
    preferences: { name, etag, ...change },
    updateMask: { paths },
    requestId: visit.id('preferences', etag),
  });
  await publishHome(visit);
}

/** Slack, mail, or what suits. */
export async function chooseChannel(visit: Visit, { pressed }: Carried): Promise<void> {
  await update(visit, { channel: Number(pressed?.selected_option?.value ?? 0) }, ['channel']);
}

/** Once a day; at any time. */
export async function chooseFlags(visit: Visit, { pressed }: Carried): Promise<void> {
  const on = new Set((pressed?.selected_options ?? []).map(({ value }) => value));
  await update(visit, { digest: on.has('digest'), anyTime: on.has('any_time') }, ['digest', 'any_time']);
}
