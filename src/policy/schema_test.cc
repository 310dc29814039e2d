// docs/formats/agreement.schema.json and the reader held against each other: what one takes the other takes, what is
// planted wrong both refuse. The checker knows the words of JSON Schema (2020-12) that the schema uses and fails at any
// other, so that none is read over.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <set>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

std::string file(const char* path) {
  std::ifstream stream(std::filesystem::path(__FILE__).parent_path() / "../.." / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Schema {
 public:
  explicit Schema(Json root) : root_(std::move(root)) {}
  bool takes(const Json& value) const { return fits(root_, value); }

 private:
  bool fits(const Json& schema, const Json& value) const {
    bool all = true;
    for (const auto& [word, meaning] : *schema.as_object()) all = keeps(word, meaning, schema, value) && all;
    return all;
  }

  bool keeps(const std::string& word, const Json& meaning, const Json& schema, const Json& value) const {
    if (std::set<std::string>{"$schema", "$id", "$defs", "title", "description"}.contains(word)) return true;
    if (word == "$ref") return fits(root_["$defs"][meaning.as_string()->substr(8)], value);
    if (word == "const") return value == meaning;
    if (word == "enum") return contains(*meaning.as_array(), value);
    if (word == "oneOf")
      return std::count_if(meaning.as_array()->begin(), meaning.as_array()->end(),
                           [&](const Json& each) { return fits(each, value); }) == 1;
    if (word == "type") return is_of(*meaning.as_string(), value);
    if (const std::int64_t* number = value.as_integer(); word == "minimum" || word == "maximum")
      return number == nullptr ||
             (word == "minimum" ? *number >= *meaning.as_integer() : *number <= *meaning.as_integer());
    if (word.ends_with("Length") || word == "pattern") return of_text(word, meaning, value);
    if (word == "items" || word == "uniqueItems" || word.ends_with("Items")) return of_list(word, meaning, value);
    return of_object(word, meaning, schema, value);
  }

  static bool is_of(const std::string& type, const Json& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.as_array() != nullptr;
    if (type == "string") return value.as_string() != nullptr;
    if (type == "integer") return value.as_integer() != nullptr;
    if (type == "boolean") return value.as_bool() != nullptr;
    ADD_FAILURE() << "type " << type;
    return false;
  }
  static bool contains(const Json::Array& all, const Json& value) {
    return std::find(all.begin(), all.end(), value) != all.end();
  }
  static bool of_text(const std::string& word, const Json& meaning, const Json& value) {
    const std::string* text = value.as_string();
    if (text == nullptr) return true;
    if (word == "pattern") return std::regex_search(*text, std::regex(*meaning.as_string(), std::regex::ECMAScript));
    const auto size = static_cast<std::int64_t>(text->size());
    return word == "minLength" ? size >= *meaning.as_integer() : size <= *meaning.as_integer();
  }
  bool of_list(const std::string& word, const Json& meaning, const Json& value) const {
    const Json::Array* list = value.as_array();
    if (list == nullptr) return true;
    if (word == "items")
      return std::all_of(list->begin(), list->end(), [&](const Json& v) { return fits(meaning, v); });
    if (word == "uniqueItems") {
      return std::all_of(list->begin(), list->end(),
                         [&](const Json& v) { return std::count(list->begin(), list->end(), v) == 1; });
    }
    const auto size = static_cast<std::int64_t>(list->size());
    return word == "minItems" ? size >= *meaning.as_integer() : size <= *meaning.as_integer();
  }
  bool of_object(const std::string& word, const Json& meaning, const Json& schema, const Json& value) const {
    const Json::Object* members = value.as_object();
    if (members == nullptr) return true;
    if (word == "minProperties") return static_cast<std::int64_t>(members->size()) >= *meaning.as_integer();
    if (word == "required")
      return std::all_of(meaning.as_array()->begin(), meaning.as_array()->end(),
                         [&](const Json& name) { return members->contains(*name.as_string()); });
    if (word == "additionalProperties")
      return std::all_of(members->begin(), members->end(),
                         [&](const auto& each) { return schema["properties"].as_object()->contains(each.first); });
    if (word == "properties")
      return std::all_of(members->begin(), members->end(), [&](const auto& each) {
        const auto known = meaning.as_object()->find(each.first);
        return known == meaning.as_object()->end() || fits(known->second, each.second);
      });
    ADD_FAILURE() << "the checker does not know " << word;
    return false;
  }

  Json root_;
};

const Schema& schema() {
  static const Schema kSchema(*parse_json(file("docs/formats/agreement.schema.json")));
  return kSchema;
}

Json draft_1() {
  Party old_node = party("COL", kCol);
  old_node.message_versions = {1};
  return *draft_agreement("usa-col-old", "2026-01-01", "2027-01-01", party("USA", kUsa), old_node, two_purposes());
}

TEST(Schema, takes_every_document_that_the_reader_takes) {
  std::vector<Json> documents{
      draft_1(), draft(), draft_3(), signed_by_both(draft_1()), signed_by_both(), signed_by_both(draft_3())};
  for (const char* path : {"deploy/agreement.example.json", "test/compat/agreement.format-1.json",
                           "test/compat/agreement.format-2.json", "test/compat/messages/agreement.json"})
    documents.push_back(*parse_json(file(path)));
  for (const Json& document : documents) {
    EXPECT_TRUE(read_draft(document).ok()) << read_draft(document).error().message;
    EXPECT_TRUE(schema().takes(document)) << pretty(document);
  }
}

struct Fault {
  const char* member;
  Json value;
};

// Each member of each object left out, of a wrong kind, and one too many: in all three formats.
TEST(Schema, what_is_left_out_of_another_kind_or_too_much_both_refuse) {
  const auto both_refuse = [](const Json& document, const std::string& what) {
    EXPECT_FALSE(read_draft(document).ok()) << what;
    EXPECT_FALSE(schema().takes(document)) << what;
  };
  int planted = 0;
  for (const Json& sound : {draft_1(), draft(), draft_3()}) {
    const auto plant = [&](const std::function<Json&(Json&)>& at) {
      Json copy = sound;
      const Json::Object members = *at(copy).as_object();
      for (const auto& [name, value] : members) {
        for (const Json& wrong :
             {Json(), Json("\n"), Json(-100'000), Json(true), Json::array({1, 1}), Json(Json::Object())}) {
          if (name == "replaces" && wrong.is_null()) continue;  // may be absent, and null says no more
          if (wrong.as_bool() != nullptr && value.as_bool() != nullptr) continue;
          if (name == "signatures" && wrong.is_null()) continue;
          copy = sound;
          at(copy).set(name, wrong);
          both_refuse(copy, name + " = " + canonical(wrong));
          ++planted;
        }
        if (name == "signatures" || name == "replaces") continue;
        copy = sound;
        at(copy).as_object()->erase(name);
        both_refuse(copy, "without " + name);
      }
      copy = sound;
      at(copy).set("extra", 1);
      both_refuse(copy, "extra");
    };
    plant([](Json& d) -> Json& { return d; });
    plant([](Json& d) -> Json& { return d.as_object()->at("parties").as_array()->front(); });
    plant([](Json& d) -> Json& { return d.as_object()->at("purposes").as_array()->front(); });
  }
  EXPECT_GT(planted, 300);
}

TEST(Schema, what_no_clause_may_say_both_refuse) {
  const std::vector<Fault> faults = {
      {"purpose", "curiosity"},
      {"may_ask", Json::Array()},
      {"modalities", Json::array({"voice"})},
      {"release", Json::array({"religion"})},
      {"retention_days", 0},
      {"retention_days", 3651},
      {"daily_quota", 0},
      {"daily_quota", 1'000'001},
      {"review_required", false},
      {"subject_categories", Json::Array()},
      {"subject_categories", Json::array({"bystander"})},
      {"subject_categories", Json::array({"other", "other"})},
      {"aims", Json::array({"curiosity"})},
      {"ages", Json::object({{"from", 14}})},
      {"ages", Json::object({{"from", 14}, {"to", 131}})},
      {"galleries", Json::Array()},
      {"galleries", Json::array({"no id"})},
      {"score_floors", Json(Json::Object())},
      {"score_floors", Json::object({{"finger", 301}})},
      {"score_floors", Json::object({{"voice", 60}})},
      {"person_quota", 0},
      {"response_hours", 0},
      {"response_hours", 1441},
      {"onward_transfer", "always"},
      {"impact_assessment_sha256", "none"},
      {"needs_order", "by a judge"},
  };
  for (const auto& [member, value] : faults) {
    Json document = draft_3();
    document.as_object()->at("purposes").as_array()->front().set(member, value);
    EXPECT_FALSE(read_draft(document).ok()) << member << " " << canonical(value);
    EXPECT_FALSE(schema().takes(document)) << member << " " << canonical(value);
  }
}

// What a schema cannot say, the reader does: the schema's own description lists it.
TEST(Schema, what_holds_between_members_the_reader_alone_checks) {
  const std::vector<Fault> faults = {
      {"may_ask", Json::array({"PER"})},
      {"ages", Json::object({{"from", 15}, {"to", 14}})},
      {"score_floors", Json::object({{"finger", 60}, {"iris", 60}})},
      {"modalities", Json::array({"finger", "face"})},
  };
  for (const auto& [member, value] : faults) {
    Json document = draft_3();
    document.as_object()->at("purposes").as_array()->front().set(member, value);
    EXPECT_FALSE(read_draft(document).ok()) << member;
    EXPECT_TRUE(schema().takes(document)) << member;
  }
}

// ---- watchlists

const Schema& watchlist_schema() {
  static const Schema kSchema(*parse_json(file("docs/formats/watchlist.schema.json")));
  return kSchema;
}

Json listing() {
  return *parse_json(R"({"format": 1, "person_id": "p-1", "owner": "ana.ruiz", "category": "suspect",
    "file": "TX-2026-0001", "legal_basis": "8 USC 1225",
    "facts": [{"fact": "drove the lorry of 4 May", "source": "highway police", "date": "2026-05-04",
               "document": "report 2026/881"}],
    "assessments": [{"assessment": "thought to work for the ring", "by": "luis.mora", "grade": "corroborated",
                     "expires": "2026-12-01"}],
    "review": "2026-12-01", "expires": "2027-03-01"})");
}

// Read, and what policy says of it alone.
bool is_taken(const Json& document) {
  if (is_made_of_points(document)) return false;
  const auto read = read_proposal(document);
  return read.ok() && may_list(*read, {.now_ms = at("2026-06-03")}).permitted;
}

TEST(WatchlistSchema, takes_the_example_of_its_page_and_what_policy_takes) {
  const std::string page = file("docs/formats/watchlist.md");
  const std::size_t begin = page.find("```json\n") + 8;
  const auto example = parse_json(page.substr(begin, page.find("```", begin) - begin));
  ASSERT_TRUE(example.ok()) << example.error().message;
  for (const Json& each : {listing(), *example}) {
    EXPECT_TRUE(watchlist_schema().takes(each)) << pretty(each);
    EXPECT_TRUE(is_taken(each)) << pretty(each);
  }
}

TEST(WatchlistSchema, r40_what_is_left_out_of_another_kind_or_too_much_both_refuse) {
  int planted = 0;
  const auto plant = [&](const std::function<Json&(Json&)>& place) {
    Json copy = listing();
    const Json::Object members = *place(copy).as_object();
    const auto both_refuse = [&](const std::string& what) {
      EXPECT_FALSE(is_taken(copy)) << what;
      EXPECT_FALSE(watchlist_schema().takes(copy)) << what;
      ++planted;
    };
    for (const auto& [name, value] : members) {
      for (const Json& wrong :
           {Json("\n"), Json(""), Json(-7), Json(true), Json::array({1, 1}), Json(Json::Object())}) {
        copy = listing();
        place(copy).set(name, wrong);
        both_refuse(name + " = " + canonical(wrong));
      }
      copy = listing();
      place(copy).as_object()->erase(name);
      if (name != "assessments") both_refuse("without " + name);
    }
    for (const char* extra : {"points", "weight", "grade_points", "fact_of"}) {
      copy = listing();
      place(copy).set(extra, 1);
      both_refuse(extra);
    }
  };
  plant([](Json& d) -> Json& { return d; });
  plant([](Json& d) -> Json& { return d.as_object()->at("facts").as_array()->front(); });
  plant([](Json& d) -> Json& { return d.as_object()->at("assessments").as_array()->front(); });
  EXPECT_GT(planted, 100);
}

TEST(WatchlistSchema, r40_an_assessment_among_the_facts_both_refuse) {
  Json mixed = listing();
  mixed.set("facts", listing()["assessments"]);
  EXPECT_FALSE(watchlist_schema().takes(mixed));
  EXPECT_FALSE(is_taken(mixed));
}

}  // namespace
}  // namespace puente::policy
