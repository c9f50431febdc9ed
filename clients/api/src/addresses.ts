/** Where the three services listen, each as `host:port` or `unix:/path`. One process that runs all has one address. */
export interface Addresses {
  profile: string;
  matching: string;
  scheduling: string;
}

const services = ['profile', 'matching', 'scheduling'] as const;

function isDialable(address: string): boolean {
  return address.startsWith('unix:') ? address.length > 5 : /^.+:[0-9]{1,5}$/.test(address);
}

function refuse(text: string): never {
  throw new TypeError(
    `"${text}" is not an address: write unix:/path or host:port, for three servers ` +
      'profile=host:port,matching=host:port,scheduling=host:port',
  );
}

function parseThree(text: string): Partial<Addresses> {
  const found: Partial<Addresses> = {};
  for (const part of text.split(',')) {
    const [name, address] = part.trim().split(/=(.*)/s);
    const service = services.find((known) => known === name);
    if (service === undefined || address === undefined || found[service] !== undefined) refuse(part);
    found[service] = address;
  }
  return found;
}

/**
 * Reads addresses as `cortadoctl --address` takes them: `host:port`, `unix:/path`, or
 * `profile=...,matching=...,scheduling=...`. Throws TypeError for any other text.
 */
export function parseAddresses(text: string): Addresses {
  const one = text.trim();
  const { profile, matching, scheduling } = one.includes('=')
    ? parseThree(one)
    : { profile: one, matching: one, scheduling: one };
  if (profile === undefined || matching === undefined || scheduling === undefined) refuse(text);
  for (const address of [profile, matching, scheduling]) if (!isDialable(address)) refuse(address);
  return { profile, matching, scheduling };
}
