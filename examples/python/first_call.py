#!/usr/bin/python3
"""Who am I, and whom should I meet? first_call.py PERSON, with the server in CORTADO_ADDRESS and a token in CORTADO_TOKEN."""

import os
import sys

import grpc

from cortado.api.v1 import errors_pb2
from cortado.matching.v1 import matching_service_pb2, matching_service_pb2_grpc
from cortado.profile.v1 import profile_service_pb2, profile_service_pb2_grpc
from cortado.type.v1 import text_pb2

DEADLINE_SECONDS = 5


def explain(error):
  """What the server says to the person; the gRPC message where no server of ours answered."""
  for key, value in error.trailing_metadata() or ():
    if key != "grpc-status-details-bin":
      continue
    for detail in errors_pb2.Status.FromString(value).details:
      if detail.type_url.endswith("/cortado.type.v1.UserMessage"):
        return text_pb2.UserMessage.FromString(detail.value).text.text
  return f"{error.code().name}: {error.details()}"


def main():
  person = f"people/{sys.argv[1]}"
  metadata = (("authorization", f"Bearer {os.environ['CORTADO_TOKEN']}"), ("accept-language", os.environ.get("LANG", "en")[:2]))
  options = {"metadata": metadata, "timeout": DEADLINE_SECONDS}
  with grpc.insecure_channel(os.environ["CORTADO_ADDRESS"]) as channel:
    profile = profile_service_pb2_grpc.ProfileServiceStub(channel)
    matching = matching_service_pb2_grpc.MatchingServiceStub(channel)

    me = profile.GetPerson(profile_service_pb2.GetPersonRequest(name=person), **options)
    print(f"You are {me.display_name}, {me.title}, in {me.time_zone}.")

    request = matching_service_pb2.SuggestRoleModelsRequest(person=person, page_size=5)
    answer = matching.SuggestRoleModels(request, **options)
    if answer.note.text:
      print(answer.note.text)
    for suggestion in answer.suggestions:
      print(f"\n{suggestion.person.display_name}, {suggestion.person.title}:")
      for part in suggestion.parts:
        if part.reason.text:
          print(f"  - {part.reason.text}")


if __name__ == "__main__":
  try:
    main()
  except grpc.RpcError as error:
    sys.exit(explain(error))
