#!/usr/bin/env python3
"""Sees every rule of check_layers.py refuse something once, and let its neighbour pass."""

import pathlib
import tempfile
import unittest

import check_layers


class CheckLayersTest(unittest.TestCase):

  def complaints(self, files):
    """Returns the complaints about a tree made of {path: text}."""
    with tempfile.TemporaryDirectory() as folder:
      root = pathlib.Path(folder)
      for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
      return check_layers.check(root, sorted(files))

  def refused(self, path, include, because, **others):
    files = {path: f"#include {include}\n", **others.get("files", {})}
    found = self.complaints(files)
    self.assertEqual(len(found), 1, found)
    self.assertIn(f"{path}:1: may not include {include.strip('<>').strip(chr(34))}", found[0])
    self.assertIn(because, found[0])

  def allowed(self, path, include, **others):
    self.assertEqual(self.complaints({path: f"#include {include}\n", **others.get("files", {})}), [])

  def test_a_service_never_includes_another(self):
    there = {"services/profile/people.h": ""}
    self.refused("services/matching/requests.cc", '"services/profile/people.h"', "services/matching may include only",
                 files=there)
    self.allowed("services/profile/people.cc", '"services/profile/people.h"', files=there)
    self.allowed("services/allinone/main.cc", '"services/profile/people.h"', files=there)

  def test_common_never_includes_a_service(self):
    self.refused("common/rpc/binder.cc", '"services/profile/people.h"', "common may include only",
                 files={"services/profile/people.h": ""})

  def test_the_command_line_reaches_services_only_over_the_wire(self):
    self.refused("clients/ctl/people.cc", '"services/profile/people.h"', "clients/ctl may include only",
                 files={"services/profile/people.h": ""})

  def test_common_knows_no_domain_proto(self):
    self.refused("common/rpc/call.h", '"cortado/profile/v1/person.pb.h"', "common knows no person")
    self.allowed("common/rpc/call.h", '"cortado/api/v1/options.pb.h"')
    self.allowed("services/matching/requests.cc", '"cortado/profile/v1/person.pb.h"')

  def test_rooms_of_common_form_no_circle(self):
    found = self.complaints({"common/a/a.h": '#include "common/b/b.h"\n', "common/b/b.h": '#include "common/a/a.h"\n'})
    self.assertEqual(found, ["rooms of common include one another in a circle: common/a -> common/b -> common/a"])

  def test_a_test_may_look_up_the_stairs(self):
    self.assertEqual(self.complaints({"common/a/a.h": "", "common/a/a_test.cc": '#include "common/b/b.h"\n',
                                      "common/b/b.h": '#include "common/a/a.h"\n'}), [])

  def test_pure_rooms_stay_pure(self):
    for include in ["<unistd.h>", '"common/log/log.h"', '"common/time/clock.h"', '"cortado/type/v1/text.pb.h"', '"absl/time/clock.h"',
                    '"services/matching/match_store.h"', "<spdlog/spdlog.h>"]:
      with self.subTest(include=include):
        self.refused("services/matching/affinity.cc", include, "services/matching/affinity is pure",
                     files={"common/log/log.h": "", "common/time/clock.h": "", "services/matching/match_store.h": ""})
    for include in ["<vector>", '"absl/time/time.h"', '"common/status/status.h"', '"services/matching/eligibility.h"']:
      with self.subTest(include=include):
        self.allowed("services/matching/affinity.cc", include,
                     files={"common/status/status.h": "", "services/matching/eligibility.h": ""})

  def test_a_pure_room_may_be_a_folder(self):
    self.refused("services/matching/index/blocks.cc", '"google/protobuf/message.h"', "services/matching/index is pure")
    self.allowed("services/matching/index/blocks.cc", "<bit>")
    self.allowed("services/matching/index/blocks.cc", "<immintrin.h>")

  def test_tests_of_pure_rooms_may_use_gtest(self):
    self.allowed("services/matching/affinity_test.cc", '"gtest/gtest.h"')
    self.refused("services/matching/affinity.cc", '"gtest/gtest.h"', "is pure")

  def test_libcurl_has_two_doors(self):
    self.refused("common/auth/jwks_cache.cc", "<curl/curl.h>", "only for common/http")
    self.allowed("common/http/fetch.cc", "<curl/curl.h>")
    self.allowed("common/mail/smtp.cc", "<curl/curl.h>")

  def test_hiredis_has_one_door(self):
    self.refused("common/store/store.cc", "<hiredis/hiredis.h>", "only for common/redis")
    self.allowed("common/redis/connection.cc", "<hiredis/async.h>")
    self.allowed("bench/bare_server.cc", "<hiredis/async.h>")

  def test_grpc_stays_at_the_edge(self):
    for include in ["<grpcpp/grpcpp.h>", '"cortado/profile/v1/profile_service.grpc.pb.h"']:
      with self.subTest(include=include):
        self.refused("services/profile/people.cc", include, "gRPC is only for")
        self.allowed("services/profile/profile_service.cc", include)
        self.allowed("services/matching/profile_client.h", include)
        self.allowed("clients/ctl/channel.cc", include)
        self.allowed("tests/faults/kill_test.cc", include)

  def test_libical_stays_with_calendars(self):
    self.refused("services/scheduling/chats.cc", "<libical/ical.h>", "libical is only for")
    self.allowed("services/scheduling/invitation.cc", "<libical/ical.h>")
    self.allowed("services/scheduling/recurrence/rules.cc", "<libical/ical.h>")

  def test_lemon_stays_with_the_solvers(self):
    self.refused("services/matching/suggestions.cc", "<lemon/matching.h>", "LEMON is only for")
    self.allowed("services/matching/assign/exact.cc", "<lemon/matching.h>")

  def test_intrinsics_stay_in_the_index(self):
    self.refused("services/matching/suggestions.cc", "<immintrin.h>", "intrinsics are only for")

  def test_absl_mutex_and_log_are_not_used(self):
    self.refused("common/redis/client.h", '"absl/synchronization/mutex.h"', "trips ThreadSanitizer")
    self.refused("common/redis/client.h", '"absl/log/log.h"', "use common/log")

  def test_includes_start_at_the_root_and_exist(self):
    self.refused("common/a/a.cc", '"../b/b.h"', "written from the repository root")
    self.refused("common/a/a.cc", '"common/a/gone.h"', "there is no such file")
    self.refused("common/a/a.cc", "<common/a/a.h>", "with quotes", files={"common/a/a.h": ""})

  def test_no_file_is_too_long(self):
    self.assertEqual(self.complaints({"common/a/a.cc": "int x;\n" * 500}), [])
    self.assertIn("no file is longer than 500 lines", self.complaints({"common/a/a.cc": "int x;\n" * 501})[0])

  def test_no_unfinished_work_is_left(self):
    for word in ["TODO", "FIXME"]:
      with self.subTest(word=word):
        self.assertIn("unfinished work", self.complaints({"common/a/a.cc": f"// {word}: later\n"})[0])

  def test_the_map_names_every_room_and_no_other(self):
    with tempfile.TemporaryDirectory() as folder:
      root = pathlib.Path(folder)
      (root / "common/id").mkdir(parents=True)
      (root / "ARCHITECTURE.md").write_text("`common/id/` makes ids, `common/gone/` went, `common/id/id.h` is a file.")
      self.assertEqual(check_layers.check_map(root, ["common/id/id.h", "common/new/new.h", "services/profile/testing/a.h"]),
                       ["ARCHITECTURE.md: names common/gone/, which is not there",
                        "common/new/: ARCHITECTURE.md does not say what this room is"])


if __name__ == "__main__":
  unittest.main()
