#!/usr/bin/python3
"""A mail server for one test or demo: takes mail on 127.0.0.1, writes what it got as JSON lines, fails when told to.

Needs Debian's python3-aiosmtpd. Usage: mail_server.py --port-file FILE --mail-file FILE [switches]. The port stands in
--port-file once it listens. What is written was read back by Python's own email package, not by code of ours.
"""

import argparse
import asyncio
import email
import email.header
import email.policy
import email.utils
import json
import os
import random
import signal
import ssl
import sys

from aiosmtpd.smtp import AuthResult, LoginPassword, SMTP


def parse_arguments():
  parser = argparse.ArgumentParser()
  parser.add_argument("--port-file", required=True)
  parser.add_argument("--mail-file", required=True)
  parser.add_argument("--seed", type=int, default=1)
  parser.add_argument("--fail-rate", type=float, default=0, help="this part of RCPT and DATA is answered 451")
  parser.add_argument("--lose-rate", type=float, default=0, help="this part of mails is taken, and the answer lost")
  parser.add_argument("--refuse", action="append", default=[], help="a recipient that is answered 550")
  parser.add_argument("--answer", action="append", default=[], help="COMMAND=REPLY: MAIL, RCPT or DATA answered so")
  parser.add_argument("--stall", default="", help="MAIL, RCPT or DATA is never answered")
  parser.add_argument("--certificate", help="PEM; with --key: STARTTLS is offered")
  parser.add_argument("--key")
  parser.add_argument("--tls", action="store_true", help="TLS from the first byte instead of STARTTLS")
  parser.add_argument("--require-starttls", action="store_true")
  parser.add_argument("--user", help="with --password: a login is required")
  parser.add_argument("--password")
  return parser.parse_args()


def display_name(raw, header):
  """The name in an address header, by the older half of the package: the newer one, of Python 3.11, leaves a space
  between the encoded words of a name, which RFC 2047 section 6.2 says is none."""
  name, _ = email.utils.parseaddr(str(email.message_from_bytes(raw)[header]))
  return str(email.header.make_header(email.header.decode_header(name)))


def describe(part):
  """One part of a mail as its reader gets it."""
  content = part.get_content()
  text = content.decode("utf-8") if isinstance(content, bytes) else content
  if part.get_content_type() in ("text/plain", "text/html"):
    text = text.replace("\r\n", "\n")  # As it is shown; of a calendar the line ends count.
  return {
      "type": part.get_content_type(),
      "method": part.get_param("method") or "",
      "charset": part.get_content_charset() or "",
      "disposition": part.get_content_disposition() or "",
      "filename": part.get_filename() or "",
      "text": text,
  }


def read_mail(envelope, session, connection):
  raw = envelope.original_content
  message = email.message_from_bytes(raw, policy=email.policy.default)
  leaves = [part for part in message.walk() if not part.is_multipart()]
  return {
      "sender": envelope.mail_from,
      "recipients": envelope.rcpt_tos,
      "user": session.auth_data or "",
      "tls": session.ssl is not None or connection.get("tls", False),
      "connection": connection["number"],
      "raw": raw.decode("ascii", "backslashreplace"),
      "headers": {name: str(value) for name, value in message.items()},
      "from_name": display_name(raw, "from"),
      "to_name": display_name(raw, "to"),
      "types": [part.get_content_type() for part in message.walk()],
      "parts": [describe(part) for part in leaves],
      "defects": [str(defect) for part in message.walk() for defect in part.defects],
  }


class Handler:
  """What aiosmtpd asks before each answer."""

  def __init__(self, arguments, random_source, connection):
    self.arguments = arguments
    self.random = random_source
    self.connection = connection
    self.answers = dict(answer.split("=", 1) for answer in arguments.answer)

  async def decide(self, command):
    if self.arguments.stall == command:
      await asyncio.sleep(3600)
    if command in self.answers:
      return self.answers[command]
    if command != "MAIL" and self.random.random() < self.arguments.fail_rate:
      return "451 4.3.0 Try again later"
    return "250 OK"

  async def handle_MAIL(self, server, session, envelope, address, options):
    answer = await self.decide("MAIL")
    if answer.startswith("2"):
      envelope.mail_from = address
    return answer

  async def handle_RCPT(self, server, session, envelope, address, options):
    if address in self.arguments.refuse:
      return "550 5.1.1 No such user"
    answer = await self.decide("RCPT")
    if answer.startswith("2"):
      envelope.rcpt_tos.append(address)
    return answer

  async def handle_DATA(self, server, session, envelope):
    answer = await self.decide("DATA")
    if not answer.startswith("2"):
      return answer
    line = json.dumps(read_mail(envelope, session, self.connection)) + "\n"
    with open(self.arguments.mail_file, "a", encoding="ascii") as file:
      file.write(line)
    if self.random.random() < self.arguments.lose_rate:
      server.transport.abort()
    return answer


def tls_context(arguments):
  if not arguments.certificate:
    return None
  context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
  context.load_cert_chain(arguments.certificate, arguments.key)
  return context


async def serve(arguments):
  context = tls_context(arguments)
  random_source = random.Random(arguments.seed)
  loop = asyncio.get_running_loop()
  count = 0

  def authenticate(server, session, envelope, mechanism, data):
    good = (isinstance(data, LoginPassword) and data.login.decode() == arguments.user and
            data.password.decode() == arguments.password)
    return AuthResult(success=good, handled=False, auth_data=arguments.user if good else None)

  def connect():
    nonlocal count
    count += 1
    connection = {"number": count, "tls": arguments.tls}
    return SMTP(Handler(arguments, random_source, connection), loop=loop, hostname="mail.test",
                tls_context=None if arguments.tls else context, require_starttls=arguments.require_starttls,
                auth_required=arguments.user is not None, auth_require_tls=False,
                authenticator=authenticate if arguments.user else None)

  server = await loop.create_server(connect, "127.0.0.1", 0, ssl=context if arguments.tls else None)
  draft = arguments.port_file + ".new"
  with open(draft, "w", encoding="ascii") as file:
    file.write(f"{server.sockets[0].getsockname()[1]}\n")
  os.rename(draft, arguments.port_file)
  loop.add_signal_handler(signal.SIGTERM, server.close)  # Ends serve_forever.
  await server.serve_forever()


if __name__ == "__main__":
  try:
    asyncio.run(serve(parse_arguments()))
  except (KeyboardInterrupt, asyncio.CancelledError):
    sys.exit(0)
