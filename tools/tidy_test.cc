#include "tidy.h"

#include <gtest/gtest.h>

namespace puente::house {
namespace {

// What tidy says about one file, alone in the repository and built; warnings begin with "warning: ".
std::string said(const std::string& path, const std::string& text, Tree others = {}) {
  others[path] = text;
  std::set<std::string> built;
  for (const auto& [name, _] : others) built.insert(name);
  others["test/includes_all_headers.cc"] = "#include \"" + path.substr(path.rfind('/') + 1) + "\"\n";
  built.insert("test/includes_all_headers.cc");
  std::string all;
  for (const Finding& finding : tidy(others, built)) {
    all += (finding.warning ? "warning: " : "") + std::to_string(finding.line) + ": " + finding.what + "\n";
  }
  return all;
}

std::string repeat(const std::string& line, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += line;
  return all;
}

constexpr const char* kHeader = "// What it is.\n#pragma once\n";

TEST(Tidy, good_code_is_not_spoken_to) {
  EXPECT_EQ(said("src/core/good.cc",
                 "int f() { return 1'000; }\n// rand() is banned; so is \"system(\"\nauto s = \"assert(x)\";\n"),
            "");
  EXPECT_EQ(said("src/core/good.h", kHeader), "");
}

TEST(Tidy, banned_calls_are_found_where_they_are) {
  for (const char* call :
       {"rand()", "std::rand()", "strcpy(a, b)", "sprintf(a, b)", "gets(a)", "system(a)", "std::system (a)",
        "assert(a)", "atoi(a)", "std::stoi(a)", "thread.detach()", "std::getenv(a)"}) {
    EXPECT_TRUE(said("src/store/x.cc", std::string("void f() {\n  ") + call + ";\n}\n").starts_with("2: ")) << call;
  }
  for (const char* word : {"std::regex r;", "std::random_device d;", "std::chrono::system_clock::now();",
                           "std::cout << 1;", "std::uniform_int_distribution<int> d;"}) {
    EXPECT_TRUE(said("src/store/x.cc", std::string("void f() {\n  ") + word + "\n}\n").starts_with("2: ")) << word;
  }
}

TEST(Tidy, what_only_looks_banned_is_not) {
  for (const char* fine : {"static_assert(true);", "ASSERT_TRUE(a);", "file.system(a);", "operand(a);", "int rand = 1;",
                           "kit->exit(1);"}) {
    EXPECT_EQ(said("src/store/x.cc", std::string("void f() {\n  ") + fine + "\n}\n"), "") << fine;
  }
  EXPECT_EQ(said("src/cli/x.cc", "void f() { std::cout << 1; }\n"), "") << "the command line prints";
  EXPECT_EQ(said("src/core/clock.cc", "void f() { std::chrono::system_clock::now(); }\n"), "") << "the seam itself";
}

TEST(Tidy, tests_do_not_sleep_without_a_word) {
  const std::string sleeps = "void f() { std::this_thread::sleep_for(x); }\n";
  EXPECT_EQ(said("src/net/x_test.cc", sleeps), "1: sleep_for: a test that waits says for what, beside it\n");
  EXPECT_EQ(said("src/net/x.cc", sleeps), "");
  EXPECT_EQ(said("src/net/x_test.cc", "// until the port is open\n" + sleeps), "");
}

TEST(Tidy, a_function_of_seventy_lines_is_the_longest) {
  const auto function = [](int lines) {
    return "namespace a {\nint f(int x) {\n" + repeat("  ++x;\n", lines - 1) + "}\n}\n";
  };
  EXPECT_EQ(said("src/core/x.cc", function(70)), "");
  EXPECT_EQ(said("src/core/x.cc", function(71)), "2: a function of 71 lines; 70 is the most\n");
}

TEST(Tidy, long_classes_tables_and_namespaces_are_not_long_functions) {
  EXPECT_EQ(said("src/core/x.cc", "class A final : public B {\n" + repeat("  int f() { return 1; }\n", 100) + "};\n"),
            "");
  EXPECT_EQ(said("src/core/x.cc", "const int table[] = {\n" + repeat("  1,\n", 100) + "};\n"), "");
  EXPECT_EQ(said("src/core/x.cc", "#define A(x) \\\n  if (x) {\nnamespace {\n" + repeat("int f();\n", 100) + "}\n"),
            "");
}

TEST(Tidy, a_class_of_a_hundred_and_ninety_lines_is_the_longest) {
  const auto scope = [](const std::string& head, int lines) {
    return "namespace a {\n" + head + " {\n private:\n" + repeat("  int f() { return 1; }\n", lines - 2) + "};\n}\n";
  };
  for (const char* head :
       {"class A", "struct A final : B<int>", "class CAPABILITY(\"mutex\") A", "template <class T>\nclass A"}) {
    EXPECT_EQ(said("src/core/x.cc", scope(head, 190)), "") << head;
    const std::string longer = said("src/core/x.cc", scope(head, 191));
    EXPECT_TRUE(longer.ends_with(": a class of 191 lines; 190 is the most\n")) << longer;
    EXPECT_FALSE(longer.starts_with("warning")) << longer;
  }
  EXPECT_EQ(said("src/core/x.cc", scope("enum class A", 300)), "");
  EXPECT_EQ(said("src/core/x.cc", scope("namespace b", 300)), "");
}

TEST(Tidy, functions_in_classes_are_functions) {
  EXPECT_EQ(said("src/core/x.cc", "class CAPABILITY(\"mutex\") A {\n public:\n  void f() const {\n" +
                                      repeat("    go();\n", 80) + "  }\n};\n"),
            "3: a function of 81 lines; 70 is the most\n");
  EXPECT_EQ(said("src/core/x.cc", "template <typename T, class U>\nvoid f(T x) {\n" + repeat("  go();\n", 80) + "}\n"),
            "2: a function of 81 lines; 70 is the most\n");
}

TEST(Tidy, a_constructors_member_list_does_not_hide_its_length) {
  EXPECT_EQ(said("src/core/x.cc", "A::A() : a_{1}, b_{2} {\n" + repeat("  go();\n", 80) + "}\n"),
            "1: a function of 81 lines; 70 is the most\n");
}

TEST(Tidy, a_result_is_not_dropped_by_asking_whether_it_is_ok) {
  const auto in_function = [](const std::string& body) { return "void f() {\n" + body + "\n}\n"; };
  for (const char* dropped : {"  write(a == b).ok();", "  (void)write().ok();", "  if (x) write().ok();"})
    EXPECT_TRUE(said("src/core/x.cc", in_function(dropped)).starts_with("2: a dropped Result")) << dropped;
  for (const char* used : {"  return write().ok();", "  good = good && write().ok();", "  EXPECT_TRUE(write().ok());",
                           "  for (auto x = read(); x.ok();) x = read();",
                           "  for (int i = 0; i < 9 && in.ok(); ++i) go();", "  discard(write(), \"why\");"})
    EXPECT_EQ(said("src/core/x.cc", in_function(used)), "") << used;
}

TEST(Tidy, a_value_that_nobody_uses_gets_no_name) {
  EXPECT_TRUE(said("src/core/x.cc", "void f() {\n  ASSIGN_OR_RETURN([[maybe_unused]] const int x, read());\n}\n")
                  .starts_with("2: TRY"));
}

TEST(Tidy, a_loop_runs_over_what_still_is) {
  for (const char* gone : {"for (auto& x : read(a)->parts) go(x);", "for (auto& x : *read(a)) go(x);",
                           "for (auto& x : read(f(a), b).value()) go(x);"})
    EXPECT_TRUE(said("src/core/x.cc", std::string(gone) + "\n").starts_with("1: a loop over a part")) << gone;
  for (const char* there : {"for (auto& x : known->parts) go(x);", "for (auto& x : must(read(a)).parts) go(x);",
                            "for (auto& x : *known) go(x);", "for (auto& x : *known->parts()) go(x);",
                            "for (auto& x : must(must(open())->rows(0))) go(x);",
                            "for (auto& x : find(3)->copies()) go(x);", "for (int i = 0; i < read()->n; ++i) go(i);"})
    EXPECT_EQ(said("src/core/x.cc", std::string(there) + "\n"), "") << there;
}

TEST(Tidy, mutexes_are_those_that_clang_follows) {
  EXPECT_TRUE(said("src/core/x.cc", "std::mutex m;\n").starts_with("1: std::mutex: use core/mutex.h"));
  EXPECT_NE(said("src/core/x.cc", "const std::lock_guard<Mutex> lock(m);\n"), "");
  EXPECT_EQ(said("src/core/x.cc", "Mutex mutex;\nconst MutexLock lock(mutex);\n"), "");
  EXPECT_EQ(said("src/core/mutex.h", std::string(kHeader) + "std::mutex m;\n"), "");
}

TEST(Tidy, a_section_is_opened_by_its_name) {
  EXPECT_TRUE(said("src/core/x.cc", "// ---- reading\n// -------------\n").starts_with("2: half a rule"));
  EXPECT_EQ(said("src/core/x.cc", "// ---- reading\n\n// ---- writing ----------\n"), "");
}

TEST(Tidy, tests_are_named_by_sentences) {
  EXPECT_EQ(said("src/core/x_test.cc", "TEST(Hex, is_read_back) {}\nTEST_F(Hex,\n       keeps_all_500) {}\n"), "");
  EXPECT_EQ(said("src/core/x_test.cc", "TEST(Hex, IsReadBack) {}\n"),
            "1: IsReadBack: a test is named by a sentence, in_words_like_these\n");
  EXPECT_NE(said("src/core/x_test.cc", "\nTEST_F(Hex,\n       round) {}\n").find("2: round:"), std::string::npos);
  EXPECT_NE(said("src/core/x_test.cc", "TEST_P(Hex, is_read_Back) {}\n"), "");
}

TEST(Tidy, long_files_are_warned_of_then_refused) {
  EXPECT_EQ(said("src/core/x.cc", repeat("int f();\n", 900)), "");
  EXPECT_EQ(said("src/core/x.cc", repeat("int f();\n", 901)), "warning: 0: 901 lines: time to split it\n");
  EXPECT_EQ(said("src/core/x.cc", repeat("int f();\n", 1501)), "0: 1501 lines; 1500 is the most\n");
}

TEST(Tidy, headers_say_what_they_are) {
  EXPECT_EQ(said("src/core/x.h", "#pragma once\n"), "1: a header opens by saying what it is\n");
  EXPECT_EQ(said("src/core/x.h", "// It.\n"), "1: #pragma once is missing\n");
  EXPECT_EQ(said("src/core/x.h", std::string(kHeader) + "using namespace std;\n"),
            "3: using namespace in a header spreads\n");
}

TEST(Tidy, empty_names) {
  for (const char* path : {"src/core/utils.md", "src/common/x.md", "src/store/store_manager.md", "src/helper/x.md"}) {
    EXPECT_NE(said(path, "").find("says nothing"), std::string::npos) << path;
  }
  EXPECT_EQ(said("src/core/utility_bill.md", ""), "");
}

TEST(Tidy, marks_of_unfinished_work) {
  EXPECT_EQ(said("a.txt", std::string("one\n// TO") + "DO later\n"),
            std::string("2: TO") + "DO: do it, or open an issue\n");
  EXPECT_EQ(said("a.txt", std::string("FIX") + "ME\n"), std::string("1: FIX") + "ME: do it, or open an issue\n");
  EXPECT_EQ(said("a.txt", std::string("<<<<<") + "<< HEAD\n"), "1: an unfinished merge\n");
  EXPECT_EQ(said("a.txt", std::string("METO") + "DOS\n"), "");
  EXPECT_EQ(said("a.txt", std::string("a nationality: \"XX") + "X\"\n"), "");
}

TEST(Tidy, places_that_one_machine_has) {
  EXPECT_EQ(said("a.txt", std::string("see /ho") + "me/ana/puente\n"), "1: a path that only one machine has\n");
  EXPECT_EQ(said("a.txt", std::string("POST https://example.org/wo") + "rk/1 and src/ro" + "ot/x, /etc/puente\n"), "");
}

TEST(Tidy, keys_blobs_and_biometric_files) {
  EXPECT_EQ(said("a.pem", std::string("-----BEGIN PRIVATE") + " KEY-----\n"), "1: a private key\n");
  EXPECT_EQ(said("a.bin", std::string((512 << 10) + 1, '\0')), "0: 512 KiB; 512 is the most\n");
  EXPECT_EQ(said("a.bin", std::string(512 << 10, '\0')), "");
  EXPECT_NE(said("docs/thumb.wsq", std::string(1, '\0')), "");
}

TEST(Tidy, space_at_the_end) {
  EXPECT_EQ(said("a.txt", "one \ntwo\r\nthree\n"), "1: space at the end\n2: space at the end\n");
  EXPECT_EQ(said("a.txt", "one"), "1: no new line at the end\n");
}

TEST(Tidy, links_lead_somewhere) {
  const Tree others = {{"docs/other.md", ""}, {"README.md", ""}};
  EXPECT_EQ(said("docs/a.md",
                 "[a](other.md#part) [b](../README.md) [c](https://example.org) [d](#here) [e](../docs/)\n", others),
            "");
  EXPECT_EQ(said("docs/a.md", "\n[a](gone.md)\n", others), "2: a link to nothing: gone.md\n");
  EXPECT_EQ(said("docs/a.md", "<img src=\"gone.svg\">\n", others), "1: a link to nothing: gone.svg\n");
}

TEST(Tidy, pages_name_what_is_there) {
  const Tree others = {{"docs/other.md", ""}};
  EXPECT_EQ(said("a.md", "`docs/other.md`, `docs/`, `docs/<name>.md` and `src/`\n", others), "");
  EXPECT_EQ(said("a.md", "`docs/gone.md`\n", others), "1: names what is not there: docs/gone.md\n");
  EXPECT_EQ(said("src/a/a.cc", "// docs/other.md, docs/<name>.md\n", others), "");
  EXPECT_EQ(said("src/a/a.cc", "// see docs/gone.md.\n", others), "1: names what is not there: docs/gone.md\n");
}

TEST(Tidy, dead_files) {
  const Tree tree = {
      {"src/core/a.cc", ""},     {"src/core/a.h", kHeader},  {"src/core/b.cc", "#include \"core/b.h\"\n"},
      {"src/core/b.h", kHeader}, {"src/core/b_fuzz.cc", ""}, {"test/no_compile/c.cc", ""}};
  const Findings findings = tidy(tree, {"src/core/b.cc"});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].path, "src/core/a.cc");
  EXPECT_EQ(findings[0].what, "no build compiles it");
  EXPECT_EQ(findings[1].path, "src/core/a.h");
  EXPECT_EQ(findings[1].what, "nobody includes it");
}

TEST(Tidy, reads_what_cmake_wrote) {
  const std::string alone = "[\n{\n  \"command\": \"g++\",\n  \"file\": \"/there/src/core/a.cc\"\n}\n]\n";
  EXPECT_EQ(sources_in(alone, "/there"), std::set<std::string>{"src/core/a.cc"});
  const std::string together = "/* generated by CMake */\n#include \"/there/src/core/b.cc\"\n";
  EXPECT_EQ(sources_in(alone + together, "/there"), (std::set<std::string>{"src/core/a.cc", "src/core/b.cc"}));
}

}  // namespace
}  // namespace puente::house
