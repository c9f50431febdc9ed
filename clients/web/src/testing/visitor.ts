/** Somebody with a browser, as far as HTTP goes: keeps cookies, and fills in the forms that pages have. */
import { request } from 'node:http';

/** A form of a page. */
export interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** What a person reads: without markup, each run of blanks as one. */
  readonly text: string;
  readonly forms: readonly Form[];
}

/** A visitor. Redirects are not followed. */
export interface Visitor {
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  head(url: string): Promise<Answered>;
  /** Sends `fields` as a form. */
  post(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered>;
  /** Sends whatever it is told. */
  send(method: string, url: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Answered>;
  /** Sends the form of `page` for the answer `kind`, with `fields` filled in. */
  choose(page: Answered, kind: string, fields?: Readonly<Record<string, string>>): Promise<Answered>;
  /** Sends the only form of `page`. */
  confirm(page: Answered): Promise<Answered>;
  /** The cookies it keeps. */
  readonly cookies: Map<string, string>;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' };

function decode(markup: string): string {
  return markup.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

function attribute(tag: string, name: string): string {
  return decode(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function readForms(body: string): Form[] {
  return [...body.matchAll(/<form ([\s\S]*?)<\/form>/g)].map(([whole]) => {
    const inputs = [...whole.matchAll(/<input [^>]*>/g)].map(([tag]) => tag);
    const sent = inputs.filter((tag) => !tag.includes('type="radio"') || tag.includes(' checked'));
    const fields = sent.map((tag): [string, string] => [attribute(tag, 'name'), attribute(tag, 'value')]);
    return { action: attribute(whole, 'action'), fields: Object.fromEntries(fields) };
  });
}

interface Sending {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

function send({ url, method, headers, body = '' }: Sending): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const markup = Buffer.concat(parts).toString();
        const text = decode(markup.replace(/<head>[\s\S]*?<\/head>|<[^>]*>/g, ' ')).replace(/\s+/g, ' ');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: markup,
          text,
          forms: readForms(markup),
        });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** A visitor who reads `language`. */
export function visitor(language = 'en'): Visitor {
  const cookies = new Map<string, string>();
  async function go(sending: Sending): Promise<Answered> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'accept-language': language, ...(cookie && { cookie }), ...sending.headers };
    const answered = await send({ ...sending, headers });
    for (const line of [answered.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? [];
      cookies.set(name, value);
    }
    return answered;
  }
  const post: Visitor['post'] = (url, fields, headers = {}) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return go({ url, method: 'POST', headers: { ...type, ...headers }, body: new URLSearchParams(fields).toString() });
  };
  const submit = (page: Answered, form: Form | undefined, fields: Readonly<Record<string, string>> = {}) => {
    if (form === undefined) throw new Error(`the page has no such form: ${page.text}`);
    return post(new URL(form.action, origins.get(page)).href, { ...form.fields, ...fields });
  };
  const origins = new WeakMap<Answered, string>();
  const remember = (url: string, answered: Answered): Answered => {
    origins.set(answered, url);
    return answered;
  };
  return {
    cookies,
    get: async (url, headers = {}) => remember(url, await go({ url, method: 'GET', headers })),
    head: async (url) => remember(url, await go({ url, method: 'HEAD', headers: {} })),
    send: (method, url, headers = {}, body = '') => go({ url, method, headers, body }),
    post: async (url, fields, headers) => remember(url, await post(url, fields, headers)),
    async choose(page, kind, fields) {
      const answered = await submit(
        page,
        page.forms.find((form) => form.fields['answer'] === kind),
        fields,
      );
      return remember(origins.get(page) ?? '', answered);
    },
    confirm: async (page) => remember(origins.get(page) ?? '', await submit(page, page.forms[0])),
  };
}
