#include "check_layers.h"

#include <gtest/gtest.h>

namespace puente::house {
namespace {

// Three modules in a row over core, all in order. Each test spoils one thing.
Tree sound_tree() {
  return {{"src/LAYERS", "# who\ncore:\nmatch/finger: core\nstore: core\nservice: core match/finger store\n"},
          {"tools/third_party", "sqlite3.h: src/store/sqlite.cc\ngtest/: *_test.cc\n"},
          {"src/core/bytes.h", "#include <vector>\n"},
          {"src/core/result.h", "#include \"core/bytes.h\"\n"},
          {"src/match/finger/finger.h", "#include \"core/result.h\"\n"},
          {"src/match/finger/ridges.h", "#include \"core/bytes.h\"\n"},
          {"src/match/finger/finger.cc", "#include \"match/finger/ridges.h\"\n"},
          {"src/store/store.h", "#include \"core/result.h\"\n"},
          {"src/store/sqlite.cc", "#include <sqlite3.h>\n#include \"store/store.h\"\n"},
          {"src/store/sqlite_test.cc", "#include <gtest/gtest.h>\n"},
          {"src/service/service.cc", "#include \"match/finger/finger.h\"\n#include \"store/store.h\"\n"},
          {"test/flow/world.h", ""},
          {"test/flow/story.cc", "#include \"store/store.h\"\n#include \"flow/world.h\"\n"}};
}

// The one finding in `tree`; anything else fails the test.
Finding only_finding(const Tree& tree) {
  const Findings findings = check_layers(tree);
  EXPECT_EQ(findings.size(), 1u);
  for (const Finding& finding : findings) SCOPED_TRACE(finding.path + ": " + finding.what);
  return findings.empty() ? Finding{} : findings[0];
}

TEST(CheckLayers, a_sound_tree_has_no_findings) {
  EXPECT_TRUE(check_layers(sound_tree()).empty());
}

TEST(CheckLayers, an_include_that_layers_does_not_allow) {
  Tree tree = sound_tree();
  tree["src/store/sqlite.cc"] += "#include \"match/finger/finger.h\"\n";
  const Finding finding = only_finding(tree);
  EXPECT_EQ(finding.path, "src/store/sqlite.cc");
  EXPECT_EQ(finding.line, 3);
  EXPECT_EQ(finding.what, "store may not include match/finger (src/LAYERS)");
}

TEST(CheckLayers, core_may_include_nobody) {
  Tree tree = sound_tree();
  tree["src/core/bytes.cc"] += "#include \"store/store.h\"\n";
  EXPECT_EQ(only_finding(tree).what, "core may not include store (src/LAYERS)");
}

TEST(CheckLayers, a_reach_past_a_front_header) {
  Tree tree = sound_tree();
  tree["src/service/service.cc"] += "#include \"match/finger/ridges.h\"\n";
  EXPECT_NE(only_finding(tree).what.find("reaches past match/finger/finger.h"), std::string::npos);
}

TEST(CheckLayers, tests_that_cross_modules_go_through_front_doors_too) {
  Tree tree = sound_tree();
  tree["test/flow/story.cc"] += "#include \"match/finger/ridges.h\"\n";
  EXPECT_EQ(only_finding(tree).path, "test/flow/story.cc");
}

// sound_tree() with a handler over service.h, which opens the store.
Tree tree_with_an_open_house() {
  Tree tree = sound_tree();
  tree["src/LAYERS"] += "api: core service\n";
  tree["src/service/service.h"] = "#include \"service/ledger.h\"\n";
  tree["src/service/ledger.h"] = "#include \"store/store.h\"\n";
  tree["src/api/own.cc"] = "#include \"service/service.h\"\n";
  tree["src/api/partner.cc"] = "#include \"service/service.h\"\n";
  return tree;
}

TEST(CheckLayers, what_a_header_opens_is_seen_and_said_once) {
  const Finding finding = only_finding(tree_with_an_open_house());
  EXPECT_EQ(finding.path, "src/api/own.cc");
  EXPECT_EQ(finding.what,
            "api sees store, which src/LAYERS does not give it: "
            "api/own.cc → service/service.h → service/ledger.h → store/store.h");
}

TEST(CheckLayers, what_headers_show_of_modules_that_layers_names_is_no_finding) {
  Tree tree = tree_with_an_open_house();
  tree["src/LAYERS"] =
      "core:\nmatch/finger: core\nstore: core\nservice: core match/finger store\napi: core service store\n";
  EXPECT_TRUE(check_layers(tree).empty());
}

TEST(CheckLayers, behind_a_header_that_is_seen_the_next_is_seen_too) {
  Tree tree = tree_with_an_open_house();
  tree["src/LAYERS"] =
      "core:\nmatch/finger: core\nstore: core match/finger\nservice: core match/finger store\napi: core service\n";
  tree["src/store/store.h"] = "#include \"match/finger/finger.h\"\n";
  const Findings findings = check_layers(tree);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_TRUE(findings[0].what.starts_with("api sees match/finger"));
  EXPECT_TRUE(findings[1].what.starts_with("api sees store"));
}

TEST(CheckLayers, an_include_without_leave_is_said_where_it_is_and_not_looked_through) {
  Tree tree = sound_tree();
  tree["src/match/finger/finger.cc"] += "#include \"service/service.h\"\n";
  tree["src/service/service.h"] = "#include \"store/store.h\"\n";
  EXPECT_EQ(only_finding(tree).what, "match/finger may not include service (src/LAYERS)");
}

TEST(CheckLayers, what_a_module_has_for_tests_is_open_to_tests_and_to_no_other_module) {
  Tree tree = sound_tree();
  tree["src/match/finger/testing_prints.h"] = "";
  tree["test/flow/world.h"] = "#include \"match/finger/testing_prints.h\"\n";
  EXPECT_TRUE(check_layers(tree).empty());
  tree["src/service/service.h"] += "#include \"match/finger/testing_prints.h\"\n";
  EXPECT_TRUE(only_finding(tree).what.starts_with("reaches past"));
}

TEST(CheckLayers, an_excuse_holds_for_its_pair_and_while_it_is_needed) {
  Tree tree = tree_with_an_open_house();
  tree["tools/not_yet_closed"] = "# why\napi: store\n";
  EXPECT_TRUE(check_layers(tree).empty());
  tree["tools/not_yet_closed"] = "api: match/finger store\n";
  const Finding finding = only_finding(tree);
  EXPECT_EQ(finding.path, "tools/not_yet_closed");
  EXPECT_EQ(finding.line, 1);
  EXPECT_EQ(finding.what, "api no longer sees match/finger: take it out");
}

TEST(CheckLayers, a_laboratory_is_under_laboratories_and_the_command_line_only) {
  Tree tree = sound_tree();
  tree["src/lab/synth/synth.h"] = tree["src/lab/rates/rates.h"] = tree["src/cli/cli.cc"] = "";
  tree["src/LAYERS"] += "lab/synth: core\nlab/rates: core lab/synth\ncli: core lab/rates\n";
  EXPECT_TRUE(check_layers(tree).empty());
  tree["src/api/own.cc"] = "";
  tree["src/LAYERS"] += "api: core lab/synth\n";
  EXPECT_EQ(only_finding(tree).what, "api names lab/synth: a laboratory is no part of what runs");
}

// The three faults that the walls are for, planted in the repository itself; planted_faults does so on disk.
class Planted : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(check_layers(tree_).empty()) << "the repository as it is"; }

  // What the plant brought.
  std::string found() {
    std::string all;
    for (const Finding& finding : check_layers(tree_)) all += finding.path + ": " + finding.what + "\n";
    return all;
  }

  Tree tree_ = read_tree(PUENTE_ROOT);
};

TEST_F(Planted, a_handler_that_reaches_the_store_through_a_header) {
  tree_["src/service/service.h"] += "#include \"store/store.h\"\n";
  tree_["src/api/a.cc"] = "#include \"service/service.h\"\nvoid forget(puente::store::Store& store);\n";
  EXPECT_TRUE(
      found().starts_with("src/api/a.cc: api sees store, which src/LAYERS does not give it: "
                          "api/a.cc → service/service.h → store/store.h\n"))
      << found();
}

TEST_F(Planted, a_cycle) {
  std::string& layers = tree_["src/LAYERS"];
  layers.insert(layers.find("\nstore:") + 7, " service");
  EXPECT_TRUE(found().starts_with("src/LAYERS: a cycle: ")) << found();
}

TEST_F(Planted, a_laboratory_in_production) {
  tree_["src/service/a.cc"] = "#include \"lab/synth/synth.h\"\n";
  EXPECT_EQ(found(), "src/service/a.cc: service may not include lab/synth (src/LAYERS)\n");
}

TEST(CheckLayers, a_cycle_of_modules) {
  Tree tree = sound_tree();
  tree["src/LAYERS"] = "core:\nmatch/finger: core service\nstore: core\nservice: core match/finger store\n";
  EXPECT_EQ(only_finding(tree).what, "a cycle: match/finger → service → match/finger");
}

TEST(CheckLayers, a_cycle_of_headers) {
  Tree tree = sound_tree();
  tree["src/core/bytes.h"] += "#include \"core/result.h\"\n";
  EXPECT_NE(only_finding(tree).what.find("src/core/bytes.h → src/core/result.h → src/core/bytes.h"), std::string::npos);
}

TEST(CheckLayers, a_folder_without_a_line) {
  Tree tree = sound_tree();
  tree["src/gossip/gossip.cc"] = "";
  EXPECT_EQ(only_finding(tree).path, "src/gossip/gossip.cc");
}

TEST(CheckLayers, a_folder_above_a_module_is_no_module) {
  Tree tree = sound_tree();
  tree["src/match/stray.cc"] = "";
  EXPECT_EQ(only_finding(tree).path, "src/match/stray.cc");
}

TEST(CheckLayers, a_module_without_files) {
  Tree tree = sound_tree();
  tree["src/LAYERS"] += "casework: core\n";
  EXPECT_EQ(only_finding(tree).what, "casework has no files");
}

TEST(CheckLayers, a_line_that_names_an_unknown_module) {
  Tree tree = sound_tree();
  tree["src/LAYERS"] = "core:\nmatch/finger: core\nstore: core cellar\nservice: core match/finger store\n";
  EXPECT_EQ(only_finding(tree).what, "store names cellar, which has no line of its own");
}

TEST(CheckLayers, a_third_party_header_outside_its_file) {
  Tree tree = sound_tree();
  tree["src/service/service.cc"] += "  #  include <sqlite3.h>\n";
  const Finding finding = only_finding(tree);
  EXPECT_EQ(finding.path, "src/service/service.cc");
  EXPECT_EQ(finding.line, 3);
}

TEST(CheckLayers, a_third_party_header_that_nobody_allowed) {
  Tree tree = sound_tree();
  tree["src/store/sqlite.cc"] += "#include <boost/regex.hpp>\n";
  EXPECT_EQ(only_finding(tree).what, "<boost/regex.hpp> is in no line of tools/third_party");
}

TEST(CheckLayers, an_include_that_is_not_a_path_from_src) {
  Tree tree = sound_tree();
  tree["src/match/finger/finger.cc"] += "#include \"ridges.h\"\n";
  EXPECT_EQ(only_finding(tree).what, "\"ridges.h\" is not a path from src/");
}

TEST(CheckLayers, includes_in_comments_and_strings_are_not_includes) {
  Tree tree = sound_tree();
  tree["src/core/bytes.h"] +=
      "// #include \"store/store.h\"\n/*\n#include \"store/store.h\"\n*/\nauto x = R\"(\n#include <sqlite3.h>\n)\";\n";
  EXPECT_TRUE(check_layers(tree).empty());
}

TEST(CheckLayers, a_picture_that_is_not_of_layers) {
  Tree tree = sound_tree();
  tree["docs/ARCHITECTURE.md"] = "# Architecture\n<!-- made from src/LAYERS -->\nold\n<!-- end -->\nand on\n";
  EXPECT_EQ(only_finding(tree).path, "docs/ARCHITECTURE.md");
  tree["docs/ARCHITECTURE.md"] = with_new_picture(tree);
  EXPECT_TRUE(check_layers(tree).empty());
  EXPECT_TRUE(tree["docs/ARCHITECTURE.md"].starts_with("# Architecture\n<!-- made"));
  EXPECT_TRUE(tree["docs/ARCHITECTURE.md"].ends_with("<!-- end -->\nand on\n"));
}

TEST(CheckLayers, the_picture_leaves_out_what_follows) {
  EXPECT_EQ(layers_picture(sound_tree()),
            "```mermaid\nflowchart TD\n  match/finger --> core\n  service --> match/finger\n  service --> store\n"
            "  store --> core\n```\n");
}

TEST(CheckLayers, no_layers_no_house) {
  Tree tree = sound_tree();
  tree.erase("src/LAYERS");
  EXPECT_EQ(only_finding(tree).what, "is missing");
}

}  // namespace
}  // namespace puente::house
