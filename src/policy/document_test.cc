#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "core/limits.h"
#include "policy/example_test.h"

namespace puente::policy {
namespace {

TEST(Document, signed_by_both_is_read_back_as_it_was_drafted) {
  const Agreement read = agreement();
  EXPECT_EQ(read.id, "usa-col-2026");
  EXPECT_EQ(read.valid_from_ms, at("2026-01-01"));
  EXPECT_EQ(read.valid_until_ms, at("2027-01-01"));
  EXPECT_EQ(read.parties[1].country, "COL");
  EXPECT_EQ(read.parties[1].signing_key, signing_key(kCol).public_key());
  ASSERT_EQ(read.purposes.size(), 2u);
  EXPECT_EQ(read.purposes[1].may_ask, std::set<std::string>{"COL"});
  EXPECT_EQ(read.purposes[0].release, (std::set{DataElement::kFamilyName, DataElement::kNationality}));
  EXPECT_EQ(read.purposes[0].retention_days, 30);
  EXPECT_EQ(read.purposes[0].daily_quota, 5);
  EXPECT_TRUE(read.purposes[0].review_required);
}

TEST(Document, digest_depends_on_the_terms_but_not_on_signatures_or_layout) {
  EXPECT_EQ(agreement().digest, read_agreement(pretty(signed_by_both()))->digest);
  EXPECT_EQ(agreement().digest, read_draft(draft())->digest);
  Json other = draft();
  other.set("id", "usa-col-2027");
  EXPECT_NE(agreement().digest, read_draft(other)->digest);
}

TEST(Document, a_missing_signature_names_the_country) {
  const Json one = *sign_agreement(draft(), "USA", signing_key(kUsa));
  const auto read = read_agreement(canonical(one));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::kUnauthenticated);
  EXPECT_NE(read.error().message.find("COL"), std::string::npos);
  EXPECT_EQ(read.error().message.find("USA"), std::string::npos);
}

TEST(Document, only_the_party_s_own_key_signs_for_it) {
  EXPECT_EQ(sign_agreement(draft(), "USA", signing_key(kCol)).error().code, Code::kDenied);
  EXPECT_EQ(sign_agreement(draft(), "USA", signing_key(kStranger)).error().code, Code::kDenied);
  EXPECT_EQ(sign_agreement(draft(), "PER", signing_key(kUsa)).error().code, Code::kDenied);
}

TEST(Document, a_signature_by_a_stranger_s_key_names_the_country_it_stands_for) {
  Json forged = signed_by_both();
  const std::string terms = [&] {
    Json without = forged;
    without.as_object()->erase("signatures");
    return "puente-agreement/2\n" + canonical(without);
  }();
  forged.set("signatures",
             Json::array({forged["signatures"].as_array()->front(),
                          Json::object({{"country", "COL"},
                                        {"signature", to_base64(signing_key(kStranger).sign(view(terms)))}})}));
  const auto read = read_agreement(canonical(forged));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::kUnauthenticated);
  EXPECT_NE(read.error().message.find("COL"), std::string::npos);
}

TEST(Document, no_flipped_bit_survives) {
  const std::string sound = canonical(signed_by_both());
  ASSERT_TRUE(read_agreement(sound).ok());
  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (const char flip : {'\x01', '\x20'}) {
      std::string text = sound;
      text[i] = static_cast<char>(text[i] ^ flip);
      EXPECT_FALSE(read_agreement(text).ok()) << "byte " << i << " of: " << text;
    }
  }
}

// A changed document stays refused even where it would be sound had both signed it.
TEST(Document, sound_but_changed_terms_are_unauthenticated) {
  const std::string sound = canonical(signed_by_both());
  const std::pair<std::string, std::string> changes[] = {{"\"daily_quota\":5", "\"daily_quota\":500"},
                                                         {"2027-01-01", "2037-01-01"},
                                                         {"[\"COL\"]", "[\"USA\"]"},
                                                         {"\"family_name\"", "\"given_names\""}};
  for (const auto& [from, to] : changes) {
    std::string text = sound;
    const auto found = text.find(from);
    ASSERT_NE(found, std::string::npos) << from;
    text.replace(found, from.size(), to);
    ASSERT_TRUE(read_draft(*parse_json(text)).ok()) << to;
    const Error error = read_agreement(text).error();
    EXPECT_EQ(error.code, Code::kUnauthenticated) << to;
    EXPECT_NE(error.message.find("USA and COL"), std::string::npos) << error.message;
  }
}

TEST(Document, unsound_documents_are_refused_with_what_is_wrong) {
  struct Unsound {
    std::function<void(Json&)> change;
    const char* complaint;
  };
  const auto purpose = [](Json& document) -> Json& { return document.as_object()->at("purposes").as_array()->front(); };
  const auto usa = [](Json& document) -> Json& { return document.as_object()->at("parties").as_array()->front(); };
  const Unsound cases[] = {
      {[](Json& d) { d.set("format", "something"); }, "format"},
      {[](Json& d) { d.set("replaces", "no id"); }, "replaces"},
      {[](Json& d) { d.set("replaces", d["id"]); }, "replaces"},
      {[&](Json& d) { usa(d).as_object()->erase("message_versions"); }, "message_versions"},
      {[&](Json& d) { usa(d).set("message_versions", Json::Array()); }, "message_versions"},
      {[&](Json& d) {
         usa(d).set("message_versions", Json::array({1, 1}));
       },
       "message_versions"},
      {[&](Json& d) {
         usa(d).set("message_versions", Json::array({1, "2"}));
       },
       "message_versions"},
      {[&](Json& d) { usa(d).set("message_versions", Json::Array(9, 1)); }, "message_versions"},
      {[](Json& d) { d.set("id", "no id"); }, "id"},
      {[](Json& d) { d.set("valid_from", "tomorrow"); }, "valid_from"},
      {[](Json& d) { d.set("valid_until", "2026-01-01"); }, "valid_from must be before"},
      {[](Json& d) { d.set("extra", 1); }, "extra"},
      {[](Json& d) { d.as_object()->erase("purposes"); }, "purposes"},
      {[](Json& d) { d.set("purposes", Json::Array()); }, "purposes"},
      {[](Json& d) { d.as_object()->at("purposes").as_array()->push_back(d["purposes"].as_array()->front()); },
       "twice"},
      {[](Json& d) { d.as_object()->at("parties").as_array()->pop_back(); }, "two parties"},
      {[](Json& d) { d.as_object()->at("parties").as_array()->back() = d["parties"].as_array()->front(); },
       "two countries"},
      {[&](Json& d) { usa(d).set("country", "usa"); }, "country"},
      {[&](Json& d) { usa(d).set("name", "a\x1b[2J"); }, "name"},
      {[&](Json& d) { usa(d).set("signing_key", "AAAA"); }, "signing_key"},
      {[&](Json& d) { usa(d).set("signing_key", d["parties"].as_array()->back()["signing_key"]); }, "share"},
      {[&](Json& d) { usa(d).set("sealing_key", to_base64(seed(0))); }, "sealing_key"},
      {[&](Json& d) { usa(d).set("certificate_sha256", "00"); }, "certificate_sha256"},
      {[&](Json& d) { purpose(d).set("purpose", "curiosity"); }, "unknown purpose"},
      {[&](Json& d) { purpose(d).set("may_ask", Json::array({"PER"})); }, "may_ask"},
      {[&](Json& d) {
         purpose(d).set("may_ask", Json::array({"USA", "USA"}));
       },
       "twice"},
      {[&](Json& d) { purpose(d).set("may_ask", Json::Array()); }, "may_ask"},
      {[&](Json& d) { purpose(d).set("modalities", Json::array({"voice"})); }, "modality"},
      {[&](Json& d) { purpose(d).set("modalities", Json::Array()); }, "modalities"},
      {[&](Json& d) { purpose(d).set("release", Json::array({"religion"})); }, "data element"},
      {[&](Json& d) { purpose(d).set("retention_days", 0); }, "retention_days"},
      {[&](Json& d) { purpose(d).set("retention_days", 3651); }, "retention_days"},
      {[&](Json& d) { purpose(d).set("retention_days", 1.5); }, "retention_days"},
      {[&](Json& d) { purpose(d).set("daily_quota", 0); }, "daily_quota"},
      {[&](Json& d) { purpose(d).set("review_required", false); }, "review_required"},
      {[&](Json& d) { purpose(d).set("note", "x"); }, "note"},
  };
  for (const auto& [change, complaint] : cases) {
    Json document = draft();
    change(document);
    const auto read = read_draft(document);
    ASSERT_FALSE(read.ok()) << complaint;
    EXPECT_EQ(read.error().code, Code::kInvalidInput) << complaint;
    EXPECT_NE(read.error().message.find(complaint), std::string::npos) << read.error().message;
    EXPECT_FALSE(sign_agreement(document, "USA", signing_key(kUsa)).ok()) << complaint;
  }
}

TEST(Document, signatures_are_read_as_strictly_as_the_rest) {
  const Json sound = signed_by_both();
  const Json usa = (*sound["signatures"].as_array())[0], col = (*sound["signatures"].as_array())[1];
  const auto read_with = [&](Json::Array signatures) {
    Json document = sound;
    document.set("signatures", std::move(signatures));
    return read_agreement(canonical(document));
  };
  EXPECT_TRUE(read_with({col, usa}).ok());
  EXPECT_FALSE(read_with({usa, usa, col}).ok());
  Json stranger = usa;
  stranger.set("country", "PER");
  EXPECT_FALSE(read_with({usa, col, stranger}).ok());
  Json more = usa;
  more.set("date", "2026-01-01");
  EXPECT_FALSE(read_with({more, col}).ok());
  Json swapped = usa;
  swapped.set("signature", col["signature"]);
  EXPECT_EQ(read_with({swapped, col}).error().code, Code::kUnauthenticated);
}

TEST(Document, a_later_format_is_unsupported_and_a_huge_text_too_large) {
  Json later = signed_by_both();
  later.set("format", "puente-agreement/4");
  EXPECT_EQ(read_agreement(canonical(later)).error().code, Code::kUnsupported);
  EXPECT_EQ(read_agreement(std::string(limits::kAgreementBytesMax + 1, ' ')).error().code, Code::kTooLarge);
  for (const char* text : {"", "{}", "[]", "null", "{\"format\":", "\"puente-agreement/1\""}) {
    EXPECT_EQ(read_agreement(text).error().code, Code::kInvalidInput) << text;
  }
}

// What the machine does not compare yet may be agreed on today; may_ask says no until it does.
TEST(Document, every_modality_can_be_named) {
  Json document = draft();
  Json& purpose = document.as_object()->at("purposes").as_array()->front();
  purpose.set("modalities", Json::array({"iris", "finger", "face"}));
  const auto read = read_agreement(canonical(signed_by_both(document)));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->purposes[0].modalities, (std::set{Modality::kFinger, Modality::kFace, Modality::kIris}));
}

TEST(Document, a_newer_one_that_replaces_says_so) {
  const auto text = draft_agreement("usa-col-2027", "2027-01-01", "2028-01-01", party("USA", kUsa), party("COL", kCol),
                                    two_purposes(), "usa-col-2026");
  ASSERT_TRUE(text.ok()) << text.error().message;
  EXPECT_EQ(read_agreement(canonical(signed_by_both(*text)))->replaces, "usa-col-2026");
  EXPECT_EQ(agreement().replaces, "");
}

TEST(Document, each_side_says_which_messages_its_node_reads) {
  EXPECT_EQ(agreement().parties[0].message_versions, (std::set{1, 2, 3}));
  EXPECT_EQ(agreement().message_version(), 3);
  Json document = draft();
  Json& col = document.as_object()->at("parties").as_array()->back();
  col.set("message_versions", Json::array({1}));
  EXPECT_EQ(read_agreement(canonical(signed_by_both(document)))->message_version(), 1);
  col.set("message_versions", Json::array({7}));
  EXPECT_EQ(read_draft(document).error().code, Code::kUnsupported) << "no message could be sent";
}

Json format_1_draft() {
  Party old_node = party("COL", kCol);
  old_node.message_versions = {1};
  return *draft_agreement("usa-col-old", "2026-01-01", "2027-01-01", party("USA", kUsa), old_node, two_purposes());
}

// A node from before format 2 reads no other, and its party.json says nothing of messages.
TEST(Document, with_an_old_node_it_is_of_format_1) {
  const Json document = signed_by_both(format_1_draft());
  EXPECT_EQ(document["format"], Json("puente-agreement/1"));
  EXPECT_TRUE((*document["parties"].as_array())[0]["message_versions"].is_null());
  const auto read = read_agreement(canonical(document));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->parties[0].message_versions, std::set{1});
  EXPECT_EQ(read->message_version(), 1);
}

TEST(Document, format_1_knows_nothing_of_what_came_later) {
  const auto refused = [](const std::function<void(Json&)>& change) {
    Json document = format_1_draft();
    change(document);
    const auto read = read_draft(document);
    return read.ok() ? "" : read.error().message;
  };
  EXPECT_EQ(refused([](Json&) {}), "");
  EXPECT_NE(refused([](Json& d) { d.set("replaces", "older"); }).find("replaces"), std::string::npos);
  EXPECT_NE(refused([](Json& d) {
              d.as_object()->at("parties").as_array()->front().set("message_versions", Json::array({1, 2}));
            }).find("message_versions"),
            std::string::npos);
  EXPECT_NE(refused([](Json& d) {
              d.as_object()->at("purposes").as_array()->front().set("modalities", Json::array({"iris"}));
            }).find("finger alone"),
            std::string::npos);
}

TEST(Document, a_signature_holds_under_one_format_alone) {
  Json relabelled = signed_by_both(format_1_draft());
  relabelled.set("format", "puente-agreement/2");
  for (Json& each : *relabelled.as_object()->at("parties").as_array()) each.set("message_versions", Json::array({1}));
  EXPECT_EQ(read_agreement(canonical(relabelled)).error().code, Code::kUnauthenticated);
}

TEST(Document, clauses_with_conditions_make_format_3) {
  const Json document = draft_3();
  EXPECT_EQ(document["format"], Json("puente-agreement/3"));
  const auto read = read_agreement(canonical(signed_by_both(document)));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->parties[1].utc_offset_minutes, -300);
  ASSERT_TRUE(read->purposes[1].conditions.has_value());
  const Conditions& terms = *read->purposes[1].conditions;
  EXPECT_EQ(terms.subject_categories,
            (std::set{SubjectCategory::kSuspect, SubjectCategory::kMissing, SubjectCategory::kOther}));
  EXPECT_EQ(terms.aims, std::set{Aim::kIdentify});
  EXPECT_EQ(terms.age_from, 14);
  EXPECT_EQ(terms.age_to, 130);
  EXPECT_EQ(terms.galleries, std::set<std::string>{"main"});
  EXPECT_EQ(terms.score_floors, (std::map<Modality, std::int64_t>{{Modality::kFinger, 60}}));
  EXPECT_FALSE(terms.own_nationals);
  EXPECT_EQ(terms.person_quota, 2);
  EXPECT_EQ(terms.response_hours, 48);
  EXPECT_EQ(terms.onward_transfer, OnwardTransfer::kNever);
  EXPECT_TRUE(terms.needs_order);
  EXPECT_EQ(terms.impact_assessment, sha256(view("the assessment")));
}

// The grounds travel in messages of version 3 alone: a node that reads none cannot be asked by such a clause.
TEST(Document, format_3_needs_two_nodes_that_read_messages_of_version_3) {
  Party older = party("COL", kCol);
  older.message_versions = {1, 2};
  const auto text =
      draft_agreement("usa-col-2027", "2026-01-01", "2027-01-01", party("USA", kUsa), older, two_purposes_3());
  EXPECT_EQ(text.error().code, Code::kUnsupported);
}

std::string file(const char* path) {
  std::ifstream stream(std::filesystem::path(__FILE__).parent_path() / "../.." / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(Document, the_examples_are_sound_and_both_signed) {
  const auto example = read_agreement(file("deploy/agreement.example.json"));
  ASSERT_TRUE(example.ok()) << example.error().message;
  EXPECT_EQ(example->message_version(), 3);
  const auto second_format = read_agreement(file("test/compat/agreement.format-2.json"));
  ASSERT_TRUE(second_format.ok()) << second_format.error().message;
  EXPECT_EQ(second_format->message_version(), 2);
  EXPECT_FALSE(second_format->purposes[0].conditions.has_value());
  EXPECT_EQ(example->replaces, second_format->id);
  const auto first_format = read_agreement(file("test/compat/agreement.format-1.json"));
  ASSERT_TRUE(first_format.ok()) << first_format.error().message;
  EXPECT_EQ(first_format->message_version(), 1);
  EXPECT_EQ(to_hex(first_format->digest), "2101f9b8ea588cc3a7b3b2adfc7e6d240a38fe16592a89a3f0993fe9b06b2caf");
  EXPECT_EQ(second_format->replaces, first_format->id);
}

TEST(Document, a_party_goes_through_its_file_unchanged) {
  const Party usa = party("USA", kUsa);
  const auto read = read_party(party_document(usa));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(party_document(*read), party_document(usa));
  EXPECT_EQ(read->message_versions, (std::set{1, 2, 3}));
  const Party bogota = party_at("COL", kCol, -300);
  EXPECT_EQ(read_party(party_document(bogota))->utc_offset_minutes, -300);
}

TEST(Document, a_party_file_of_an_old_node_reads_messages_of_version_1) {
  Json document = party_document(party("USA", kUsa));
  document.as_object()->erase("message_versions");
  EXPECT_EQ(read_party(document)->message_versions, std::set{1});
}

}  // namespace
}  // namespace puente::policy
