#include "core/entry.h"

#include <gtest/gtest.h>

#include <set>

namespace puente {
namespace {

Entry make_entry() {
  Entry entry;
  entry.event = Event::kAnswerRefused;
  entry.time_ms = 1'772'366'400'000;
  entry.actor = "aa";
  entry.exchange_id = "x1";
  entry.purpose = "traffic \"king\"";
  entry.reasons = {"quota", "é"};
  entry.details = sha256(view("d"));
  return entry;
}

// The bytes that are hashed: were they to change, logs written before would still verify but read differently.
TEST(Entry, the_leaf_is_canonical_json_without_empty_members) {
  EXPECT_EQ(text(leaf_of(make_entry())),
            "{\"actor\":\"aa\",\"details\":\"18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4\","
            "\"event\":\"answer_refused\",\"exchange\":\"x1\",\"purpose\":\"traffic "
            "\\\"king\\\"\",\"reasons\":[\"quota\",\"é\"],"
            "\"time\":\"2026-03-01T12:00:00.000Z\",\"v\":1}");
}

TEST(Entry, every_member_is_in_the_leaf) {
  std::set<std::string> leaves{std::string(text(leaf_of(make_entry())))};
  const auto differs = [&](auto change) {
    Entry entry = make_entry();
    change(entry);
    EXPECT_TRUE(leaves.insert(std::string(text(leaf_of(entry)))).second);
  };
  differs([](Entry& e) { e.event = Event::kErased; });
  differs([](Entry& e) { e.time_ms += 1; });
  differs([](Entry& e) { e.actor = "ab"; });
  differs([](Entry& e) { e.subject = "s"; });
  differs([](Entry& e) { e.exchange_id = "x2"; });
  differs([](Entry& e) { e.agreement_id = "a"; });
  differs([](Entry& e) { e.purpose.clear(); });
  differs([](Entry& e) { e.reasons.pop_back(); });
  differs([](Entry& e) { e.details[31] ^= 1; });
}

TEST(Entry, each_event_has_a_name_of_its_own) {
  std::set<std::string> names;
  int event = 0;
  for (;; ++event) {
    const std::string name = to_string(static_cast<Event>(event));
    if (name == "unknown") break;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_GE(event, static_cast<int>(Event::kMessageRefused) + 1);
}

TEST(Pseudonym, hangs_on_the_key_and_the_id) {
  const SecretKey one = *SecretKey::from_bytes(Bytes(32, 1)), two = *SecretKey::from_bytes(Bytes(32, 2));
  EXPECT_EQ(pseudonym(one, "ana").size(), 32u);
  EXPECT_EQ(pseudonym(one, "ana"), pseudonym(one, "ana"));
  EXPECT_NE(pseudonym(one, "ana"), pseudonym(one, "anb"));
  EXPECT_NE(pseudonym(one, "ana"), pseudonym(two, "ana"));
}

}  // namespace
}  // namespace puente
