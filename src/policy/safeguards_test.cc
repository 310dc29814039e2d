// docs/safeguards.md: of each rule of the law what it says, where it is enforced, by which reasons and tests, and what
// is not covered. Reasons come from the table of rules, tests from the sources by their names (r7_…, story_3_…); the
// rest stands here. A rule that is said to be kept has a test, and a file that is named is there.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <vector>

#include "policy/rules.h"

namespace puente::policy {
namespace {

namespace fs = std::filesystem;

struct Safeguard {
  int number;  // of the rule, or the story
  const char* says;
  const char* where;        // files in `…`; empty: nobody keeps it yet
  const char* not_covered;  // empty: nothing that we know of
};

constexpr Safeguard kSafeguards[] = {
    {1,
     "Every question names its purpose, legal basis, file, requester, category and aim; they travel with it. A search "
     "at the own node names its file.",
     "`src/policy/ask.cc` at both nodes, `src/policy/search.cc`, `src/core/grounds.h`, `src/exchange/wire.cc`",
     "A search at the own node is asked for no purpose, category or aim, and an enrolment, which looks whether the "
     "person is known, for no file. Texts of formats 1 and 2 ask for a legal basis alone."},
    {2, "Who fled is not disclosed to the country fled from: not by an answer, not by inference.",
     "`src/policy/find.cc`, `src/policy/protect.cc`, `src/service/protection.cc`, `src/service/number.cc`, "
     "`src/service/hand.cc`, `src/store/sqlite/people.cc` (keys)",
     "What answers a partner has no key of whoever is hidden from it, but it is one process with what has: the gallery "
     "in memory holds everybody's prints. The table of protections names the ids that are or were hidden. The "
     "class is what somebody says it is; protections of before have none. A restored copy has forgotten who was hidden "
     "after it was made. A number is compared by its "
     "letters and digits of ASCII alone."},
    {3, "A protected no cannot be told from a true no.",
     "`src/exchange/exchange.cc` (one length), `src/service/answer.cc`, `src/service/choice.cc`, "
     "`src/service/refusals.cc`, `src/api/partner/partner.cc` (windows)",
     "A question that shows fingers of two people, one known and one hidden, is no hit where they have no finger in "
     "common "
     "on record and none of the question's speaks against it: that they are one person is then as likely. Windows of "
     "200 ms blur times, and do not make them equal: of two questions of one partner the second tells when "
     "the first was done. That they take the same is measured."},
    {4, "Own nationals are found by a partner only where the clause lists them.", "`src/policy/find.cc`",
     "Judged by the nationality on record; permanent residents are not told apart. Texts of formats 1 and 2 do not "
     "say."},
    {5, "The first answer is hit or no hit, and a reference.", "`src/exchange/wire.cc`", ""},
    {6, "The asked node destroys the probe unless a hit is confirmed.",
     "`src/service/answer.cc`, `src/service/case.cc`, `src/service/expire.cc`",
     "What the operating system writes of a process's memory (swap, core dumps) is for whoever runs the node."},
    {7, "A person with training confirms a match, having looked at it.",
     "`src/policy/review.cc`, `src/casework/casework.cc`, `src/service/practice.cc`",
     "That a certificate was earned: whoever may change `users.json` enters its last day. Nobody is measured where no "
     "pairs wait to be seeded; an eye used to them may tell synthetic prints from others. Whether marks lie where "
     "ridges are is not checked."},
    {8, "Two people with competence verify separately.",
     "`src/policy/review.cc`, `src/casework/casework.cc`, `src/service/case.cc`",
     "Where a release names an offence; for other purposes one examiner is enough."},
    {9, "No decision against a person is a machine's alone.", "`src/casework/casework.cc`, `src/policy/release.cc`",
     "What the asking country makes of a release."},
    {10, "No biometrics under six or in doubt; a child under fourteen is not found for the investigation of crime.",
     "`src/policy/enrol.cc`, `src/policy/find.cc`, `src/policy/age.cc`",
     "Without a date of birth nobody knows an age. The investigation of trafficking finds a child, who may be its "
     "victim. A guardian is a name, kept as long as the log's details: nobody checks who it was. Further grounds for a "
     "child under fourteen."},
    {11, "What is held has an end, and ends by itself.", "`src/service/expire.cc`, `src/policy/keep.cc`",
     "One time for every class of people; an extension is no recorded assessment."},
    {12, "An erasure or correction reaches the partner.", "", ""},
    {13, "What is released carries conditions, and the receiver keeps them.",
     "`src/policy/release.cc`, `src/policy/use.cc`, `src/exchange/wire.cc`", "What somebody copies from a screen."},
    {14, "An accounting of each disclosure, open to the person.", "", ""},
    {15, "Access for the person.", "", ""},
    {16, "Claims, with clocks.", "", ""},
    {17, "Redress for who was taken for somebody else.", "", ""},
    {18, "Notice at capture, in the person's language.", "", ""},
    {19, "Nobody need give what is sensitive.", "", ""},
    {20, "A log of collection, alteration, consultation, disclosure and erasure: who, when, why.",
     "`src/audit/log.cc`, `src/service/journal.cc`, `src/service/release.cc`",
     "Who looked at what outside the program, with the node's keys."},
    {21, "The log serves checks alone, and its details have an end.", "", ""},
    {22, "Supervisors and overseers read without the operators.", "`src/policy/roles.cc`, `src/audit/witness.cc`",
     "A yearly sample that is drawn and answered for."},
    {23, "A declared daily capacity; individual cases, no fishing.",
     "`src/policy/ask.cc`, `src/policy/find.cc`, `src/service/budget.cc`",
     "Whoever is unknown may be asked about again and again: the probe is not kept, so nobody can tell that it was the "
     "same hand."},
    {24, "Rates by groups, published with intervals.", "", ""},
    {25, "A floor of quality; captures asked for again are counted.", "`src/policy/enrol.cc`, `src/service/enrol.cc`",
     "The floor is where nobody would be found by any of the prints; one that will do is enough. A partner's probe is "
     "refused only when nothing of it can be used."},
    {26,
     "Watchlists with owner, category, grade, expiry and review, by two people's decision; the owner alone is told.",
     "`src/policy/watch.cc`, `src/service/watchlist.cc`",
     "Whether what is stated is true. Nobody is reminded before an end. Nothing of watchlists goes to a partner, so "
     "there is nobody to be told of an error in one."},
    {27, "Victims first.", "", ""},
    {28, "Least privilege, four eyes.",
     "`src/policy/roles.cc`, `src/policy/release.cc`, `src/policy/watch.cc`, `src/service/protection.cc`",
     "Nothing but a search is done at once and checked after."},
    {29, "Encrypted on the way and at rest.", "`src/exchange/exchange.cc`, `src/store/vault.cc`",
     "Ids and dates stand in clear in the database; the node's key lies beside it, in no hardware."},
    {30, "Templates that can be renewed and not be linked.", "", ""},
    {31, "Breaches are told, with clocks.", "", ""},
    {32,
     "An agreement is suspended and ended at once: from then on nothing is asked, answered or released by it at either "
     "node.",
     "`src/policy/agreements.cc`, `src/service/agreements.cc`",
     "No machine tells the partner of it: what it was given before it erases when it ends the text on its own side, or "
     "by "
     "its date; until then its node says that the text is in force, and its questions wait."},
    {33, "Nothing goes abroad without an agreement with that country; a third one needs a third text.",
     "`src/policy/agreements.cc`, `src/policy/ask.cc`", "Whether a parliament approved it."},
    {34, "What humanitarian bodies collected is never there by default.",
     "`src/policy/protect.cc`, `src/service/enrol.cc`",
     "Whoever enrols must say that it is theirs. Two supervisors can take the protection off: the five conditions of "
     "such a transfer are theirs to weigh."},
    {35, "Training cannot touch real people.", "", ""},
    {36, "A report for the public.", "", ""},
    {37, "Asking is disclosing: a country is not asked about whom it must not find.",
     "`src/service/ask.cc`, `src/service/hand.cc`",
     "Somebody never enrolled here, and whose file nobody hid: the officer is not asked whether a claim of protection "
     "is known."},
    {38, "Where the agreement asks for a court's order, nothing is compared without one.", "`src/policy/ask.cc`",
     "Whether the court signed it."},
    {39, "To confirm a match and to release are two acts of two people; the second states facts and offence.",
     "`src/policy/release.cc`, `src/service/clearance.cc`, `src/core/user.cc`",
     "Two names of one person who shares a password."},
    {40, "Facts and assessments are of different types.", "`src/core/watchlist.h`, `src/policy/watch.cc`",
     "In watchlists, of which nothing leaves; of what is released each element is what a record says, typed by "
     "nobody."},
    {41, "A token for who is taken for somebody else.", "", ""},
    {42, "A contested record says so, until the person, a court or a supervisor ends it.", "", ""},
    {43, "Offline copies live two days.", "", ""},
    {44, "Accounting and traces of searches under keys of their own.", "", ""},
    {45, "Searches for a request of access are bound to it.", "", ""},
    {46, "Each no hit says what was not searched.", "", ""},
};
static_assert(std::size(kSafeguards) == kRulesOfLaw);

// What went wrong elsewhere; each told by a test as a lawyer would tell it.
constexpr Safeguard kStories[] = {
    {1, "Asking is telling: an inquiry told the persecutor who had fled.", "`src/service/ask.cc`", "As R37."},
    {2, "A count discloses: a number over a list in the reader's hand is a name.",
     "`src/service/health.cc`, `src/service/protection.cc`",
     "Whoever holds the log's leaves can count how often somebody was hidden, and whom, where the leaf of their "
     "enrolment stands beside. There is no report for the public yet."},
    {3, "The list that dropped the flag: a mark of protection was not carried along.",
     "`src/service/release.cc`, `src/service/reconcile.cc`",
     "A restored copy of a node has the marks of the day it was made."},
    {5, "The second pair of eyes knew the answer.", "`src/service/case.cc`, `src/casework/casework.cc`",
     "Questions sent as minutiae without a picture are marked by whoever sent them. A partner's contrary finding "
     "reopens nothing."},
    {6, "Registered twice, citizen of nowhere.", "`src/policy/enrol.cc`, `src/service/case.cc`",
     "By the date of birth and the day of the capture on record. Nobody reviews a child's record when it comes of age; "
     "what a partner makes of a release."},
    {9, "An assessment travels as a fact; points make a member; a person without a category.",
     "`src/policy/points.cc`, `src/policy/watch.cc`, `src/core/watchlist.cc`",
     "Points written neither in figures nor in words of English or Spanish up to a hundred, or with more than five "
     "words "
     "between number and points: the second person reads them."},
    {10, "One hand, seven travellers.", "`src/policy/enrol.cc`, `src/service/enrol.cc`",
     "A slip of the pen is not told from an alias."},
    {12, "Searches by the untrained, and results called definitive.", "`src/policy/review.cc`, `src/home/users.cc`",
     "Searches by officers ask for no certificate; two captures of one person that give two people are told, and void "
     "nothing."},
    {14, "Searching because one could: without a file nobody is searched for; one file for everybody is told.",
     "`src/policy/search.cc`, `src/service/search.cc`",
     "Whether the file exists: no system of files is asked, and whoever takes another number for each search is not "
     "told of. Ten people among a file's newest thousand searches within 24 hours; no sample of searches is drawn."},
    {15, "The paper trail that lies.", "`src/service/release.cc`, `src/service/journal.cc`", ""},
};

fs::path root() {
  return fs::path(__FILE__).parent_path() / "../..";
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Names of tests by the rule or story that they begin with: "r7", "story_3".
std::map<std::string, std::vector<std::string>> tests_by_safeguard() {
  static const std::regex kTest(R"((?:^|\n)TEST(?:_F|_P)?\((\w+),\s*((r\d+|story_\d+)_\w+)\))");
  std::map<std::string, std::vector<std::string>> out;
  for (const char* place : {"src", "test"}) {
    for (const auto& each : fs::recursive_directory_iterator(root() / place)) {
      if (!each.path().filename().string().ends_with("_test.cc")) continue;
      const std::string code = read(each.path());
      for (std::sregex_iterator found(code.begin(), code.end(), kTest), end; found != end; ++found)
        out[(*found)[3]].push_back((*found)[1].str() + "." + (*found)[2].str());
    }
  }
  for (auto& [safeguard, names] : out) std::sort(names.begin(), names.end());
  return out;
}

std::string reasons_serving(int law) {
  std::string out;
  for (const Rule& rule : rules()) {
    if (std::find(rule.serves.begin(), rule.serves.end(), law) == rule.serves.end()) continue;
    out += (out.empty() ? "`" : " · `") + std::string(rule.reason) + (rule.reason.ends_with('_') ? "…`" : "`");
  }
  return out;
}

void tell(std::string& out, const Safeguard& each, const std::string& name, const std::string& reasons,
          const std::vector<std::string>& tests) {
  out += "\n### " + name + "\n" + each.says + "\n\n- enforced: " + each.where + "\n";
  if (!reasons.empty()) out += "- reasons: " + reasons + "\n";
  out += "- tests:\n";
  for (const std::string& test : tests) out += "  - `" + test + "`\n";
  out += std::string("- not covered: ") + (*each.not_covered == '\0' ? "nothing that we know of" : each.not_covered) +
         "\n";
}

std::string safeguards_page() {
  const auto tests = tests_by_safeguard();
  const auto of = [&](const std::string& key) {
    const auto found = tests.find(key);
    return found == tests.end() ? std::vector<std::string>() : found->second;
  };
  std::string out =
      "# Safeguards\n\n"
      "What the law asks of an exchange of biometrics, rule by rule: where the program enforces it, which reasons a "
      "refusal then has\n([rules](rules.md)), which tests fail without it, and what is not covered. `ctest -L "
      "safeguards` runs the tests; `script/mutate safeguards`\nswitches each rule off and tells which test noticed "
      "([mutations](mutations.md)). "
      "Made by `Safeguards.the_page_is_what_the_tables_say`.\n\n"
      "## Rules\n";
  std::string nobody;
  for (const Safeguard& each : kSafeguards) {
    const std::string name = "R" + std::to_string(each.number);
    if (*each.where == '\0') {
      nobody += "| " + name + " | " + each.says + " | " + reasons_serving(each.number) + " |\n";
    } else {
      tell(out, each, name, reasons_serving(each.number), of("r" + std::to_string(each.number)));
    }
  }
  out += "\n## Misuse stories\n";
  std::string untold;
  for (const Safeguard& each : kStories) {
    const std::string name = "Story " + std::to_string(each.number);
    if (*each.where == '\0') {
      untold += "| " + name + " | " + each.says + " | |\n";
    } else {
      tell(out, each, name, "", of("story_" + std::to_string(each.number)));
    }
  }
  return out +
         "\n## What nobody keeps yet\n\nNo test shows these. Where a reason stands, a part of it is there.\n\n"
         "| | | reasons |\n| --- | --- | --- |\n" +
         nobody + untold;
}

TEST(Safeguards, are_all_there_in_their_order) {
  for (int i = 0; i < kRulesOfLaw; ++i) EXPECT_EQ(kSafeguards[i].number, i + 1);
}

TEST(Safeguards, what_is_said_to_be_kept_has_a_test_and_the_files_that_are_named) {
  const auto tests = tests_by_safeguard();
  const auto check = [&](const Safeguard& each, const std::string& key) {
    EXPECT_EQ(*each.where != '\0', tests.contains(key)) << key << ": said to be kept, or tested, and not both";
    static const std::regex kFile("`([^`]+)`");
    const std::string where = each.where;
    for (std::sregex_iterator found(where.begin(), where.end(), kFile), end; found != end; ++found)
      EXPECT_TRUE(fs::is_regular_file(root() / (*found)[1].str())) << key << ": " << (*found)[1];
  };
  for (const Safeguard& each : kSafeguards) check(each, "r" + std::to_string(each.number));
  for (const Safeguard& each : kStories) check(each, "story_" + std::to_string(each.number));
  for (const auto& [key, names] : tests) {
    const bool is_known =
        key.starts_with("r")
            ? std::stoi(key.substr(1)) <= kRulesOfLaw
            : std::any_of(std::begin(kStories), std::end(kStories),
                          [&, k = key](const Safeguard& each) { return k == "story_" + std::to_string(each.number); });
    EXPECT_TRUE(is_known) << key << " of " << names.front();
  }
}

// script/mutate safeguards writes the page, in an hour: a new reason is put there by it, by name.
TEST(Safeguards, each_reason_that_denies_was_switched_off_and_noticed) {
  const std::string mutations = read(root() / "docs/mutations.md");
  EXPECT_EQ(mutations.find("nothing noticed"), std::string::npos);
  for (const Rule& rule : rules()) {
    if (rule.effect != Effect::kDenies || rule.reason.ends_with('_')) continue;
    EXPECT_NE(mutations.find("| `" + std::string(rule.reason) + "` |"), std::string::npos) << rule.reason;
  }
}

// A switch whose line of source has moved switches nothing off, and script/mutate (script/bench fairness) stops there.
TEST(Safeguards, each_switch_still_changes_its_file) {
  const std::string expression = testing::TempDir() + "switch.sed";
  int seen = 0;
  for (const char* list : {"test/mutate/switches", "test/attack/without_fairness"}) {
    std::ifstream in(root() / list);
    for (std::string line; std::getline(in, line);) {
      if (line.empty() || line.front() == '#') continue;
      std::smatch parts;  // whatever stands before the file, the file, the expression with its own bars
      ASSERT_TRUE(std::regex_match(line, parts, std::regex(R"((?:.*\| *)?(src/\S+) *\| *([s/].*))"))) << line;
      std::ofstream(expression) << parts[2] << "\n";
      const std::string file = (root() / parts[1].str()).string();
      EXPECT_NE(std::system(("sed -E -f '" + expression + "' '" + file + "' | cmp -s - '" + file + "'").c_str()), 0)
          << list << ": " << line;
      ++seen;
    }
  }
  EXPECT_GT(seen, 30);
}

TEST(Safeguards, the_page_is_what_the_tables_say) {
  if (read(root() / "docs/safeguards.md") == safeguards_page()) return;
  const std::string right = testing::TempDir() + "safeguards.md";
  std::ofstream(right, std::ios::binary) << safeguards_page();
  FAIL() << "docs/safeguards.md is out of date: cp " << right << " docs/safeguards.md";
}

}  // namespace
}  // namespace puente::policy
