// Nothing that an officer or examiner reads is left in English: the sources are read for what they say.
#include "cli/words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>
#include <vector>

#include "cli/answers.h"
#include "cli/spanish_alarms.h"
#include "cli/spanish_errors.h"
#include "cli/spanish_help.h"
#include "cli/spanish_searches.h"
#include "cli/spanish_sign_in.h"
#include "core/agreement.h"
#include "core/files.h"
#include "core/role.h"
#include "core/text.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

namespace fs = std::filesystem;

// What the errors of officers', examiners' and supervisors' work come from. What only whoever runs a node reads
// (src/home, what is wrong with a whole database, puente node …) is English, as docs/operations.md is.
constexpr const char* kSources[] = {"api",
                                    "api/own",
                                    "service/agreements.cc",
                                    "service/ask.cc",
                                    "service/case.cc",
                                    "service/claims.cc",
                                    "service/clock.cc",
                                    "service/clearance.cc",
                                    "service/enrol.cc",
                                    "service/exhibit.cc",
                                    "service/journal.cc",
                                    "service/lists.cc",
                                    "service/person.cc",
                                    "service/protection.cc",
                                    "service/tasks.cc",
                                    "service/transactions.cc",
                                    "service/watchlist.cc",
                                    "store",
                                    "home/serve.cc",
                                    "net/certificate.cc",
                                    "store/sqlite/database.cc",
                                    "store/sqlite/open.cc",
                                    "store/sqlite/reads.cc",
                                    "store/sqlite/transaction.cc",
                                    "net/http_client.cc",
                                    "net/http_server.cc",
                                    "policy",
                                    "casework/casework.cc",
                                    "core/agreement.cc",
                                    "core/biographic.cc",
                                    "core/bytes.cc",
                                    "core/case.cc",
                                    "core/clock.cc",
                                    "core/files.cc",
                                    "core/grounds.cc",
                                    "core/json.cc",
                                    "core/person.cc",
                                    "core/place.cc",
                                    "core/role.cc",
                                    "core/watchlist.cc",
                                    "intake",
                                    "format/person/from_transaction.cc",
                                    "format/person/names.cc",
                                    "format/person/samples.cc",
                                    "format/person/unknown.cc",
                                    "format/image",
                                    "modality/finger/region.cc",
                                    "modality/finger/slap.cc",
                                    "modality/finger/whole.cc",
                                    "cli/agreement.cc",
                                    "cli/agreement_judge.cc",
                                    "cli/call.cc",
                                    "cli/case.cc",
                                    "cli/cli.cc",
                                    "cli/command_line.cc",
                                    "cli/extract.cc",
                                    "cli/finger_file.cc",
                                    "cli/import.cc",
                                    "cli/import_journal.cc",
                                    "cli/outcome.cc",
                                    "cli/output.cc",
                                    "cli/person.cc",
                                    "cli/protection.cc",
                                    "cli/roll.cc",
                                    "cli/slap.cc",
                                    "cli/verify.cc",
                                    "cli/verify_many.cc",
                                    "cli/watchlist.cc"};
constexpr const char* kPrinting[] = {"agreement.cc", "agreement_judge.cc", "case.cc",     "extract.cc", "import.cc",
                                     "person.cc",    "protection.cc",      "answers.cc",  "advice.cc",  "slap.cc",
                                     "verify.cc",    "verify_many.cc",     "watchlist.cc"};

std::string read(const fs::path& path) {
  const auto bytes = read_file(path.string(), 1u << 20);
  EXPECT_TRUE(bytes.ok()) << path;
  return bytes.ok() ? std::string(text(*bytes)) : "";
}

std::vector<fs::path> files_of(const fs::path& place) {
  if (fs::is_regular_file(place)) return {place};
  std::vector<fs::path> out;
  for (const auto& each : fs::directory_iterator(place)) {
    const std::string name = each.path().filename().string();
    if (name.ends_with(".cc") && !name.ends_with("_test.cc") && !name.ends_with("_fuzz.cc")) out.push_back(each.path());
  }
  return out;
}

std::size_t end_of_literal(std::string_view code, std::size_t at) {  // behind the quote that ends it
  for (++at; at < code.size() && code[at] != '"'; ++at)
    if (code[at] == '\\') ++at;
  return at + 1;
}

// From `at` to the comma, bracket or semicolon that ends the expression.
std::string_view expression_at(std::string_view code, std::size_t at) {
  const std::size_t begin = at;
  for (int depth = 0; at < code.size();) {
    const char c = code[at];
    if (c == '"') {
      at = end_of_literal(code, at);
      continue;
    }
    if (c == '(' || c == '{' || c == '[') ++depth;
    if ((c == ')' || c == '}' || c == ']') && --depth < 0) break;
    if ((c == ',' || c == ';') && depth == 0) break;
    ++at;
  }
  return code.substr(begin, at - begin);
}

// Outside of literals and brackets; npos: not there.
std::size_t find_outside(std::string_view code, char wanted, std::size_t at = 0) {
  for (int depth = 0; at < code.size();) {
    const char c = code[at];
    if (c == wanted && depth == 0) return at;
    if (c == '"') {
      at = end_of_literal(code, at);
      continue;
    }
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    at += c == ':' && code.substr(at).starts_with("::") ? 2 : 1;
  }
  return std::string_view::npos;
}

std::string replaced(std::string_view code, std::size_t begin, std::size_t end, std::string_view by) {
  return std::string(code.substr(0, begin)) + std::string(by) + std::string(code.substr(end));
}

// Each expression that it may be: of every ?: either half, and brackets around a part of it taken off.
std::vector<std::string> branches(std::string_view expression) {
  const auto both = [&](std::string_view condition, std::size_t question, auto with) {
    std::vector<std::string> out;
    std::size_t colon = find_outside(condition, ':', question + 1);
    for (std::size_t inner = find_outside(condition, '?', question + 1); inner < colon;
         inner = find_outside(condition, '?', inner + 1))
      colon = find_outside(condition, ':', colon + 1);  // that one was of a ?: within
    if (colon == std::string_view::npos) return out;
    for (const auto half : {condition.substr(question + 1, colon - question - 1), condition.substr(colon + 1)})
      for (std::string& each : branches(with(half))) out.push_back(std::move(each));
    return out;
  };
  if (const std::size_t question = find_outside(expression, '?'); question != std::string_view::npos)
    return both(expression, question, [](std::string_view half) { return std::string(half); });
  constexpr std::string_view kString = "std::string(";
  for (std::size_t at = 0; (at = find_outside(expression, '(', at)) != std::string_view::npos;) {
    const std::string_view inside = expression_at(expression, at + 1);
    const std::size_t end = at + inside.size() + 2;
    const bool is_string = expression.substr(0, at + 1).ends_with(kString);
    const char before = at == 0 ? ' ' : expression[at - 1];
    const bool is_call = std::isalnum(static_cast<unsigned char>(before)) || before == '_' || before == '>';
    if ((is_call && !is_string) || end > expression.size() || expression[end - 1] != ')') {
      at = std::min(end, expression.size());
      continue;
    }
    const std::size_t begin = is_string ? at + 1 - kString.size() : at;
    const std::size_t question = find_outside(inside, '?');
    if (question == std::string_view::npos) return branches(replaced(expression, begin, end, inside));
    return both(inside, question, [&](std::string_view half) { return replaced(expression, begin, end, half); });
  }
  return {std::string(expression)};
}

// What one of them says: its literals, with {} for whatever is put in between. Empty: it says nothing itself.
std::string said_by(std::string_view expression) {
  constexpr std::string_view kFormat = "fmt::format(", kId = "kIdInWords";
  std::string out;
  bool says = false, hole = false;
  int depth = 0;
  const auto put_in = [&] {
    if (!hole) out += "{}";
    hole = true;
  };
  for (std::size_t at = 0; at < expression.size();) {
    const char c = expression[at];
    const std::string_view rest = expression.substr(at);
    if (c == '"' && depth == 0) {
      const std::size_t end = end_of_literal(expression, at);
      for (std::size_t i = at + 1; i + 1 < end; ++i) {
        const bool put = expression[i] == '{' && expression[i + 1] != '{', escaped = expression[i] == '\\';
        if (put) i = expression.find('}', i);
        if (escaped) ++i;
        out += put ? "{}" : std::string(1, escaped && expression[i] == 'n' ? '\n' : expression[i]);
      }
      says = true;
      hole = false;
      at = end;
      continue;
    }
    if (c == '"') {
      at = end_of_literal(expression, at);
      put_in();
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
    if (depth == 0 && (std::isalnum(static_cast<unsigned char>(c)) || c == '_')) {
      if (rest.starts_with(kFormat))  // its first argument says all
        return out + said_by(expression_at(expression, at + kFormat.size()));
      if (rest.starts_with(kId)) {
        out += kIdInWords;
        at += kId.size();
        says = true;
        hole = false;
        continue;
      }
      put_in();
    }
    ++at;
  }
  return says ? out : "";
}

// Where a sentence for a person is made of what stands in the brackets behind it: by a helper.
constexpr std::string_view kMakers[] = {"complain(",
                                        "wrong(",
                                        "conflict(",
                                        "not_found(",
                                        "damaged(",
                                        "cut_short(",
                                        "nothing_in(",
                                        "error_of(",
                                        "to_error(",
                                        "left_out.push_back(",
                                        "left_out.emplace_back(",
                                        "remarks.push_back(",
                                        "refused(",
                                        "wrong_use(",
                                        "invalid(",
                                        "system_error("};

struct Said {
  std::string where, words;
};
// Each error that a source makes: Code::kX, or kWrongUse, and what follows it; or what one of the makers is given.
std::vector<Said> errors_of(const fs::path& path) {
  std::vector<Said> out;
  const std::string code = read(path);
  const bool tells_of_files = path.filename() == "unknown.cc";  // what one looks like that is not read
  const auto say = [&](std::size_t at, std::string_view expression) {
    const auto line = std::count(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    for (const std::string& branch : branches(expression))
      if (const std::string words = said_by(branch); !words.empty())
        out.push_back({path.filename().string() + ":" + std::to_string(line), words});
  };
  for (std::size_t at = 0; at < code.size(); ++at) {
    const std::string_view rest = std::string_view(code).substr(at);
    if (rest.starts_with("Code::k") || rest.starts_with("kWrongUse,") || rest.starts_with("{code,")) {
      const std::size_t begin = code.find_first_of(",;)}]", at) + 1;
      if (code[begin - 1] == ',') say(at, expression_at(code, begin));
    }
    const bool is_word = at > 0 && (std::isalnum(static_cast<unsigned char>(code[at - 1])) || code[at - 1] == '_');
    for (const std::string_view maker : kMakers) {
      if (is_word || !rest.starts_with(maker)) continue;
      std::size_t begin = at + maker.size();
      do {
        const std::string_view argument = expression_at(code, begin);
        if (!argument.starts_with('{')) say(at, argument);  // else an error with its code, which is seen above
        begin += argument.size() + 1;
      } while (code[begin - 1] == ',');
    }
    if (tells_of_files && (rest.starts_with("return \"") || rest.starts_with("return fmt::format(")))
      say(at, expression_at(code, at + 7));
    if (rest.starts_with("differ(line,")) say(at, expression_at(code, at + 12));  // a replay's
    if (tells_of_files && rest.starts_with("\"sv, \"")) say(at, expression_at(code, at + 5));
  }
  return out;
}

// By itself; or as what is put together of sentences that are known, and of names.
bool is_known(std::string_view words) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  if (std::none_of(words.begin(), words.end(), is_letter) || is_in_catalogue(words)) return true;
  if (std::none_of(words.begin(), words.end(), [](char c) { return c >= 'a' && c <= 'z'; })) return true;  // a name
  if (words.starts_with("--") || words == "cannot {} {}: {}") return true;  // an option; a file's, whose verbs are seen
  for (const std::string_view place : {"{} line {}", "{} item {}", "a {}", "an {}"})
    if (words == place) return true;
  const std::size_t colon = words.find(": ");
  if (colon != std::string_view::npos) {
    const std::string_view before = words.substr(0, colon);
    return (before.find(' ') == std::string_view::npos || is_known(before)) && is_known(words.substr(colon + 2));
  }
  const std::size_t semicolon = words.find("; ");
  return semicolon != std::string_view::npos && is_known(words.substr(0, semicolon)) &&
         is_known(words.substr(semicolon + 2));
}

class InSpanish : public testing::Test {
 protected:
  void SetUp() override { use_language(Language::kSpanish); }
  void TearDown() override { use_language(Language::kEnglish); }
  const fs::path source_ = fs::path(__FILE__).parent_path().parent_path();
};

TEST_F(InSpanish, is_every_error_of_the_work_of_officers_and_examiners) {
  std::size_t seen = 0;
  for (const char* place : kSources) {
    for (const fs::path& path : files_of(source_ / place)) {
      for (const Said& each : errors_of(path)) {
        EXPECT_TRUE(is_known(each.words)) << each.where << ": " << each.words;
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, 150u) << "the sources are read no more";
}

// What a decision says is put together in policy: each part of it by itself.
TEST_F(InSpanish, is_every_reason_and_every_risk) {
  for (const policy::Rule& each : policy::rules())
    EXPECT_TRUE(each.reason.ends_with('_') || is_in_catalogue(each.sentence)) << each.reason;
  for (const policy::Finding& each : policy::findings()) EXPECT_TRUE(is_in_catalogue(each.sentence)) << each.reason;
  for (const char* each : {"under_18", "captured_as_child", "age_unknown", "own_national", "protected_from_others"})
    EXPECT_TRUE(is_in_catalogue(policy::explain_risk(each))) << each;
}

// Whatever stands between a verdict and its release has a sentence, whoever found it.
TEST_F(InSpanish, is_whatever_service_finds_against_a_release) {
  const std::string code = read(source_ / "service/release.cc") + read(source_ / "service/card.cc");
  std::size_t seen = 0;
  for (const char* before : {"add(against, \"", "kNotReadable = \"", "against = {\"", "give_up({\"", "return {\""}) {
    for (std::size_t at = code.find(before); at != std::string::npos; at = code.find(before, at + 1)) {
      const std::size_t begin = at + std::string_view(before).size();
      const std::string reason = code.substr(begin, code.find('"', begin) - begin);
      EXPECT_TRUE(is_in_catalogue(policy::explain(reason))) << reason;
      ++seen;
    }
  }
  EXPECT_GE(seen, 6u) << "the source is read no more";
}

// What they print goes through the catalogue: no other text has a word in it.
TEST_F(InSpanish, is_what_their_commands_print) {
  for (const char* name : kPrinting) {
    const std::string code = read(source_ / "cli" / name);
    for (const char* call : {"printf(", "fmt::print(", "fputs("}) {
      for (std::size_t at = code.find(call); at != std::string::npos; at = code.find(call, at + 1)) {
        std::size_t begin = at + std::string_view(call).size();
        if (code.compare(begin, 7, "stderr,") == 0) begin = code.find(',', begin) + 2;
        if (code[begin] != '"') continue;
        const std::string literal = code.substr(begin + 1, end_of_literal(code, begin) - begin - 2);
        std::size_t letters = 0;
        for (std::size_t i = 0; i < literal.size(); ++i) {
          if (literal[i] == '{') i = literal.find('}', i);
          const bool escaped = i > 0 && (literal[i - 1] == '\\' || literal[i - 1] == '%');
          letters += !escaped && std::isalpha(static_cast<unsigned char>(literal[i])) ? 1 : 0;
        }
        EXPECT_TRUE(letters < 3 || literal.starts_with("puente: ")) << name << ": " << literal;
      }
    }
  }
}

std::string printed(void (*print)(const Json&), const Json& json) {
  testing::internal::CaptureStdout();
  print(json);
  std::fflush(stdout);
  return testing::internal::GetCapturedStdout();
}

TEST_F(InSpanish, a_question_that_never_left_was_refused_by_nobody_else) {
  const auto said = [](const char* reason) {
    const Json question =
        Json::object({{"partner", "COL"}, {"state", "refused"}, {"reasons", Json(Json::Array{Json(reason)})}});
    return printed(print_question, question);
  };
  EXPECT_NE(said("own_rules").find("no se envió a COL"), std::string::npos) << said("own_rules");
  EXPECT_EQ(said("quota_used_up").find("no se envió"), std::string::npos);
}

TEST_F(InSpanish, of_released_data_whose_time_is_over_it_is_said_that_they_are_not_here_any_more) {
  const Json question = Json::object({{"state", "released"},
                                      {"partner", "COL"},
                                      {"released", Json::object({})},
                                      {"retention_until", "2026-03-01T12:00:00Z"}});
  const std::string out = printed(print_question, question);
  EXPECT_NE(out.find("su plazo terminó 2026-03-01 12:00 UTC"), std::string::npos) << out;
  EXPECT_EQ(out.find("deben destruirse"), std::string::npos) << out;
}

// What is put into a sentence: names that JSON has of states, data, purposes and reasons.
TEST_F(InSpanish, is_what_they_put_into_sentences) {
  for (int i = 0; i < kDataElementCount; ++i) {
    const std::string name = to_string(static_cast<DataElement>(i));
    const Json card = Json::object({{"case", Json::object({})},
                                    {"elements", Json(Json::Array{Json(name)})},
                                    {"retention_until", "2026-03-01T12:00:00Z"},
                                    {"against", Json(Json::Array{})},
                                    {"risks", Json(Json::Array{})}});
    const Json question = Json::object({{"released", Json::object({{name, "x"}})}});
    EXPECT_NE(in_language(name), name);
    for (const std::string& out : {printed(print_card, card), printed(print_question, question)})
      EXPECT_NE(out.find(" " + in_language(name)), std::string::npos) << out;
  }
  for (int i = 0; i < kPurposeCount; ++i) {
    const std::string name = to_string(static_cast<Purpose>(i));
    const Json of = Json::object({{"purpose", name}});
    for (const auto print : {print_question, print_case, print_case_line})
      EXPECT_TRUE(printed(print, of).find(name) == std::string::npos) << printed(print, of);
  }
  for (const CaseState state :
       {CaseState::kOpen, CaseState::kConfirmed, CaseState::kRejected, CaseState::kReleased, CaseState::kExpired,
        CaseState::kInconclusive, CaseState::kWithdrawn, CaseState::kCleared}) {
    const std::string name = to_string(state);
    for (const auto print : {print_case, print_case_line})
      EXPECT_TRUE(printed(print, Json::object({{"state", name}})).find(name) == std::string::npos) << name;
  }
  const std::pair<const char*, const char*> followed[] = {
      {"confirmed", "confirmado\nnada sale hasta que decida una segunda persona: puente case card c-1\n"},
      {"cleared", "autorizado\nsale en cuanto haya línea con el otro país\n"},
      {"withdrawn", "retirado\nnada sale; al otro país se le dice que no se confirmó\n"}};
  for (const auto& [state, out] : followed)
    EXPECT_EQ(printed(print_decided, Json::object({{"case_id", "c-1"}, {"state", state}})), out);
  const std::string ended = in_language("the question's state is not_confirmed: taking it back is not possible now");
  EXPECT_EQ(ended, "el estado de la pregunta es no confirmada: no es posible ahora: retirarla");
}

TEST_F(InSpanish, is_who_may_not_do_what) {
  for (int role = 0; role < kRoleCount; ++role) {
    for (int action = 0; action < kActionCount; ++action) {
      const std::string who = to_string(static_cast<Role>(role)), what = to_string(static_cast<Action>(action));
      const std::string english = policy::explain(who + "_may_not_" + what);
      const std::size_t may_not = english.find(" may not ");
      ASSERT_NE(may_not, std::string::npos) << english;
      const std::string does = english.substr(may_not + 9);
      EXPECT_TRUE(is_in_catalogue(does)) << english;
      EXPECT_EQ(in_language(english), "el rol " + in_language(who) + " no puede: " + in_language(does));
    }
  }
}

// An unknown id, with what CLI11 puts round it.
TEST_F(InSpanish, is_what_an_id_may_be) {
  EXPECT_EQ(in_language(std::string("case: a b: ") + kIdInWords + "; see puente case show --help"),
            "case: a b: de 1 a 64 letras, dígitos y . _ : -; vea puente case show --help");
}

TEST_F(InSpanish, are_errors_with_what_is_put_into_them) {
  EXPECT_EQ(in_language("samples[1]: member \"image\" must be a file in base64: an image, or a record with some in it"),
            "samples[1]: el miembro «image» debe ser un archivo en base64: una imagen, o un registro que contenga "
            "alguna");
  EXPECT_EQ(in_language("record 2 (Type-2): family_name: must be UTF-8 text without control characters"),
            "registro 2 (Type-2): family_name: debe ser texto UTF-8 sin caracteres de control");
  EXPECT_EQ(in_language("cards/x y.csv: nobody is in it"), "cards/x y.csv: no hay nadie en él");
  EXPECT_EQ(in_language("the person is known under another id already; known as p-1, p-2"),
            "la persona ya es conocida con otro identificador; conocida como p-1, p-2");
  EXPECT_EQ(in_language("a.txt: it looks like a PNG image in Base64: decode it first, as by base64 -d"),
            "a.txt: parece una imagen PNG en Base64: decodifíquelo antes, como con base64 -d");
  EXPECT_EQ(in_language("it looks like a ZIP archive: unpack it, and send what is in it"),
            "parece un archivo comprimido ZIP: descomprímalo, y envíe lo que contiene");
  EXPECT_EQ(in_language("it looks like ZKTeco's own template: only its maker's own programs read it"),
            "parece una plantilla propia de ZKTeco: solo lo leen los programas de su fabricante");
  EXPECT_EQ(in_language("no finger, face or iris in the transaction; record 3 (Type-14): lossless JPEG (JPEGL) is not "
                        "decoded"),
            "no hay dedo, rostro ni iris en la transacción; registro 3 (Type-14): no se decodifica JPEG sin pérdida "
            "(JPEGL)");
  EXPECT_EQ(in_language("line 3: not valid JSON: something"), "line 3: no es JSON válido: something");
}

TEST(AllParts, have_as_many_holes_in_spanish_and_each_sentence_once) {
  const auto holes = [](std::string_view text) {
    std::size_t count = 0;
    for (const std::string_view hole : {"{}", "{word}"})
      for (std::size_t at = 0; (at = text.find(hole, at)) != std::string_view::npos; at += hole.size()) ++count;
    return count;
  };
  std::set<std::string_view> english;
  for (const std::span<const Translation> part :
       {std::span<const Translation>(kCatalogue), {kHelp}, {kErrors}, {kAlarms}, {kSearches}, {kSignIns}})
    for (const Translation& each : part) {
      EXPECT_EQ(holes(each.english), holes(each.spanish)) << each.english;
      EXPECT_TRUE(english.insert(each.english).second) << each.english << " is there twice";
    }
  for (const Translation& each : kErrors) EXPECT_STRNE(each.english, each.spanish);
}

}  // namespace
}  // namespace puente::cli
