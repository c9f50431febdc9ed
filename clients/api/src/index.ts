// Cortado's API for TypeScript: see README.md.
import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { MatchingService } from './gen/cortado/matching/v1/matching_service_pb.js';
import { AuthService } from './gen/cortado/profile/v1/auth_service_pb.js';
import { ProfileService } from './gen/cortado/profile/v1/profile_service_pb.js';
import { NotificationService } from './gen/cortado/scheduling/v1/notification_service_pb.js';
import { SchedulingService } from './gen/cortado/scheduling/v1/scheduling_service_pb.js';

/** Where the services answer: one address each, or the same three times for `cortado`. */
export interface Addresses {
  profile: string;
  matching: string;
  scheduling: string;
}

/** A typed client for every service. */
export function connect(addresses: Addresses) {
  const transport = (baseUrl: string): Transport => createGrpcTransport({ baseUrl });
  return {
    auth: createClient(AuthService, transport(addresses.profile)),
    profile: createClient(ProfileService, transport(addresses.profile)),
    matching: createClient(MatchingService, transport(addresses.matching)),
    scheduling: createClient(SchedulingService, transport(addresses.scheduling)),
    notifications: createClient(NotificationService, transport(addresses.scheduling)),
  };
}
