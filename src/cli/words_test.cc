// Nothing that an officer or examiner reads is left in English: the sources are read for what they say.
#include "cli/words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "cli/spanish_errors.h"
#include "core/files.h"

namespace puente::cli {
namespace {

namespace fs = std::filesystem;

// What the errors of officers', examiners' and supervisors' work come from. What only whoever runs a node reads
// (src/home, src/store, src/net, puente node …) is English, as docs/operations.md is.
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
                                    "service/lists.cc",
                                    "service/person.cc",
                                    "service/protection.cc",
                                    "service/tasks.cc",
                                    "policy",
                                    "casework/casework.cc",
                                    "core/agreement.cc",
                                    "core/biographic.cc",
                                    "core/bytes.cc",
                                    "core/case.cc",
                                    "core/clock.cc",
                                    "core/files.cc",
                                    "core/json.cc",
                                    "core/person.cc",
                                    "core/place.cc",
                                    "core/role.cc",
                                    "intake",
                                    "format/person/from_transaction.cc",
                                    "format/person/names.cc",
                                    "format/person/samples.cc",
                                    "format/person/unknown.cc",
                                    "format/image/image.cc",
                                    "modality/finger/region.cc",
                                    "modality/finger/slap.cc",
                                    "modality/finger/whole.cc",
                                    "cli/agreement.cc",
                                    "cli/call.cc",
                                    "cli/case.cc",
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
                                    "cli/verify_many.cc"};
constexpr const char* kPrinting[] = {"agreement.cc", "case.cc",       "extract.cc",    "import.cc",
                                     "person.cc",    "protection.cc", "answers.cc",    "advice.cc",
                                     "slap.cc",      "verify.cc",     "verify_many.cc"};

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

// What it says: its literals, with {} for whatever is put in between. Empty: it says nothing itself.
std::string said_by(std::string_view expression) {
  std::string out;
  bool says = false, hole = false;
  int depth = 0;
  const auto put_in = [&] {
    if (!hole) out += "{}";
    hole = true;
  };
  for (std::size_t at = 0; at < expression.size();) {
    const char c = expression[at];
    if (c == '"' && depth == 0) {
      const std::size_t end = end_of_literal(expression, at);
      for (std::size_t i = at + 1; i + 1 < end; ++i) {
        const bool put = expression[i] == '{' && expression[i + 1] != '{';
        if (put) i = expression.find('}', i);
        if (!put && expression[i] == '\\') ++i;
        out += put ? "{}" : std::string(1, expression[i] == 'n' && expression[i - 1] == '\\' ? '\n' : expression[i]);
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
      const std::string_view rest = expression.substr(at);
      if (rest.starts_with("std::string(")) {
        at += 12;
        continue;
      }
      if (rest.starts_with("fmt::format(")) {  // its first argument says all
        const std::string_view all = expression_at(expression, at + 12);
        return out + said_by(all);
      }
      put_in();
    }
    ++at;
  }
  return says ? out : "";
}

struct Said {
  std::string where, words;
};
// Each error that a source makes: Code::kX, or kWrongUse, and what follows it.
std::vector<Said> errors_of(const fs::path& path) {
  std::vector<Said> out;
  const std::string code = read(path);
  for (std::size_t at = 0; at < code.size(); ++at) {
    const std::string_view rest = std::string_view(code).substr(at);
    const bool coded = rest.starts_with("Code::k") || rest.starts_with("kWrongUse,");
    const bool complained = rest.starts_with("complain(\""), wrong = rest.starts_with("wrong(");
    if (!coded && !complained && !wrong) continue;
    const std::size_t begin = complained ? at + 9 : code.find_first_of(",;)}]", at) + 1;
    if (!complained && code[begin - 1] != ',') continue;
    const std::string_view expression = expression_at(code, begin);
    if (expression.find(" ? ") != std::string_view::npos) continue;  // more than this reader understands
    const auto line = std::count(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    if (const std::string words = said_by(expression); !words.empty())
      out.push_back({path.filename().string() + ":" + std::to_string(line), words});
  }
  return out;
}

bool is_known(std::string_view words) {
  if (words == "{}" || is_in_catalogue(words)) return true;
  std::string closed(words);  // "{:.1f}" stands in the catalogue as it is printed
  if (in_language(closed) != closed) return true;
  const std::size_t colon = words.find(": ");
  return colon != std::string_view::npos && words.substr(0, colon).find(' ') == std::string_view::npos &&
         is_known(words.substr(colon + 2));
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
            "a.txt: parece una imagen PNG en Base64: decodifíquelo primero, como con base64 -d");
  EXPECT_EQ(in_language("it looks like a ZIP archive: unpack it, and send what is in it"),
            "parece un archivo comprimido ZIP: descomprímalo, y envíe lo que contiene");
  EXPECT_EQ(in_language("it looks like ZKTeco's own template: only its maker's own programs read it"),
            "parece una plantilla propia de ZKTeco: solo lo leen los programas de su fabricante");
  EXPECT_EQ(in_language("no finger, face or iris in the transaction; record 3 (Type-14): lossless JPEG (JPEGL) is not "
                        "decoded"),
            "no hay dedo, rostro ni iris en: transaction; registro 3 (Type-14): no se decodifica JPEG sin pérdida "
            "(JPEGL)");
  EXPECT_EQ(in_language("line 3: not valid JSON: something"), "line 3: no es JSON válido: something");
}

// Both halves, which is said once.
TEST(BothHalves, have_as_many_holes_in_spanish_and_each_sentence_once) {
  const auto holes = [](std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find("{}", at)) != std::string_view::npos; at += 2) ++count;
    return count;
  };
  std::set<std::string_view> english;
  for (const Translation& each : kCatalogue) english.insert(each.english);
  for (const Translation& each : kErrors) {
    EXPECT_EQ(holes(each.english), holes(each.spanish)) << each.english;
    EXPECT_TRUE(english.insert(each.english).second) << each.english << " is there twice";
    EXPECT_STRNE(each.english, each.spanish);
  }
}

}  // namespace
}  // namespace puente::cli
