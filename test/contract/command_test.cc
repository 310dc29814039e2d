// puente case card, puente case release and puente watchlist as people type them: the program against a node's own API
// over TLS.
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

#include "contract/node_api.h"
#include "core/files.h"
#include "core/process.h"
#include "flow/damage.h"

namespace puente::contract {
namespace {

class Command : public testing::Test {
 protected:
  void SetUp() override {
    auto identity = net::make_identity("COL", 1, {"127.0.0.1"});
    ASSERT_TRUE(identity.ok());
    flow::must(write_file(at("tls.crt"), view(identity->certificate_pem)));
    flow::must(write_file(at("token"), view("supervisor\n")));
    net::ServerOptions options;
    options.identity = *std::move(identity);
    server_ = flow::must(net::Server::start(std::move(options), api::own_api(*world_.col.node, users()).handle));
    world_.enrol(world_.col, 1, "bogota-1");
    hit_ = world_.ask(world_.usa, world_.col, 1);
    flow::must(world_.examine(world_.col, hit_.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  }
  void TearDown() override { server_.reset(); }

  Ended type(std::vector<std::string> words, const std::string& program = PUENTE_PROGRAM) {
    for (const std::string& each :
         {std::string("--node"), "https://127.0.0.1:" + std::to_string(server_->port()), std::string("--certificate"),
          at("tls.crt"), std::string("--token-file"), at("token")})
      words.push_back(each);
    return flow::must(run_program(program, words, at("errors"), 120'000));
  }
  Ended release(const std::string& decision, const std::string& language = "en") {
    return type({"case", "release", hit_.reference, decision, "--facts", flow::kFacts, "--language", language});
  }
  Ended type_as(const std::string& user, std::vector<std::string> words, const std::string& program = PUENTE_PROGRAM) {
    flow::must(write_file(at("token"), view(user + "\n")));
    return type(std::move(words), program);
  }
  std::string day(int days) const { return to_iso8601(world_.clock.now_ms() + days * kDayMs).substr(0, 10); }
  std::string at(const std::string& name) const { return world_.root + "/" + name; }
  std::string errors() const {
    const auto said = read_file(at("errors"), 1u << 20);
    return said.ok() ? std::string(text(*said)) : "";
  }
  static bool says(const std::string& all, const char* part) { return all.find(part) != std::string::npos; }

  flow::World world_;
  std::unique_ptr<net::Server> server_;
  Question hit_;
};

TEST_F(Command, a_supervisor_opens_the_card_and_then_releases) {
  const Ended blind = release("release");
  EXPECT_EQ(blind.exit_code, 3);
  EXPECT_TRUE(says(errors(), "has not opened the release card")) << errors();
  const Ended card = type({"case", "card", hit_.reference});
  EXPECT_EQ(card.exit_code, 0);
  EXPECT_TRUE(says(card.output, "would leave: ")) << card.output;
  EXPECT_TRUE(says(card.output, "document_number")) << card.output;
  const Ended released = release("release");
  EXPECT_EQ(released.exit_code, 0) << errors();
  EXPECT_EQ(released.output, "cleared\nit leaves once the partner is on the line\n");
  EXPECT_EQ(release("release").exit_code, 3) << "final";
  world_.col.node->work();
  EXPECT_EQ(world_.state(world_.usa, hit_).state, QuestionState::kReleased);
}

// "&" and "/" are the file's, not the address's; a filter that somebody else's words bring along is none.
TEST_F(Command, a_file_number_arrives_as_it_was_typed_whatever_is_in_it) {
  const std::string file = "TX 2/2026 & co+50%";
  auto request = flow::request_to("USA", flow::minutiae_of(9, 2), file);
  flow::must(world_.col.node->ask({"officer", Role::kOfficer}, std::move(request)));
  const auto found = [&](const std::string& typed) {
    const Ended listed = type_as("officer", {"questions", "--case-reference", typed, "--json"});
    EXPECT_EQ(listed.exit_code, 0) << errors();
    const Json answer = flow::must(parse_json(listed.output));
    const Json::Array* const questions = answer["questions"].as_array();
    return questions == nullptr ? 99 : questions->size();
  };
  EXPECT_EQ(found(file), 1u);
  EXPECT_EQ(found("TX 2/2026&state=queued"), 0u) << "that is a number of a file which nobody has";
}

TEST_F(Command, a_list_of_cases_is_paged_by_what_the_page_before_said) {
  const Ended first = type({"case", "list", "--limit", "1", "--json"});
  ASSERT_EQ(first.exit_code, 0) << errors();
  const std::string next = member(flow::must(parse_json(first.output)), "next");
  ASSERT_FALSE(next.empty());
  EXPECT_EQ(type({"case", "list", "--after", next}).output, "no cases\n") << errors();
  EXPECT_EQ(type({"case", "list", "--after", hit_.reference}).exit_code, 2) << errors();
}

TEST_F(Command, to_hold_back_takes_no_card_and_is_what_was_wanted) {
  const Ended held = release("hold_back");
  EXPECT_EQ(held.exit_code, 0) << errors();
  EXPECT_EQ(held.output, "withdrawn\nnothing leaves; the partner is told that it was not confirmed\n");
}

TEST_F(Command, what_was_to_be_released_and_is_withdrawn_is_a_no_and_says_why) {
  EXPECT_EQ(type({"case", "card", hit_.reference}).exit_code, 0);
  flow::must(world_.col.node->protect(flow::kSupervisor, "bogota-1",
                                      {ProtectionClass::kAsylum, {"USA"}, "asylum claim, file 12"}));
  const Ended withdrawn = release("release", "es");
  EXPECT_EQ(withdrawn.exit_code, 1) << errors();
  EXPECT_TRUE(says(withdrawn.output, "retirado")) << withdrawn.output;
  EXPECT_TRUE(says(withdrawn.output, "la persona está ahora oculta para el otro país")) << withdrawn.output;
  const Ended card = type({"case", "card", hit_.reference, "--json"});
  EXPECT_TRUE(says(card.output, "\"hidden_or_erased\"")) << card.output;
}

// Fingerprints lie where somebody asked for them, for nobody else to read, or nowhere.
TEST_F(Command, fingers_are_written_where_a_folder_is_named_and_for_its_owner_alone) {
  namespace fs = std::filesystem;
  world_.enrol(world_.col, 2, "bogota-2");
  const Question open = world_.ask(world_.usa, world_.col, 2);
  fs::create_directory(at("here"));
  const auto show = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{
        "-c", "cd \"$0\" && exec \"$@\"", at("here"), PUENTE_PROGRAM, "case", "show", open.reference};
    words.insert(words.end(), more.begin(), more.end());
    return type_as("examiner", std::move(words), "/bin/sh");
  };
  for (const char* format : {"--language=en", "--json"}) {
    const Ended shown = show({format});
    EXPECT_EQ(shown.exit_code, 0) << errors();
    EXPECT_TRUE(says(shown.output, open.reference.c_str())) << shown.output;
    EXPECT_TRUE(fs::is_empty(at("here"))) << format;
  }
  for (const bool marked : {false, true}) {
    if (marked) flow::look(world_.col, open.reference);
    fs::remove_all(at("here/fingers"));
    EXPECT_EQ(show({"--pictures", "fingers"}).exit_code, 0) << errors();
    EXPECT_EQ(fs::status(at("here/fingers")).permissions(), fs::perms::owner_all);
    std::size_t pictures = 0;
    for (const auto& file : fs::directory_iterator(at("here/fingers"))) {
      EXPECT_EQ(file.path().extension(), ".png");
      EXPECT_EQ(file.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << file.path();
      ++pictures;
    }
    EXPECT_EQ(pictures, 2u) << marked;
  }
}

// Story 9, R26: two people's decision, points refused, the alert to the owner and to nobody else.
TEST_F(Command, somebody_enrolled_is_compared_with_and_read_by_id) {
  const auto print_of = [&](std::uint32_t person) {
    flow::must(write_file(at("print.png"), flow::fingers_of(person, 3)[0].image));
    return "RIGHT_INDEX=" + at("print.png");
  };
  const auto compare = [&](std::uint32_t person, const std::string& id) {
    return type_as("officer", {"identify", print_of(person), "--person", id, "--case-reference", "BOG-2026-17"});
  };
  const Ended same = compare(1, "bogota-1");
  EXPECT_EQ(same.exit_code, 0) << errors();
  EXPECT_TRUE(says(same.output, "yes: these are this person's fingers")) << same.output;
  const Ended other = compare(2, "bogota-1");
  EXPECT_EQ(other.exit_code, 1) << errors();
  EXPECT_TRUE(says(other.output, "no match")) << other.output;
  EXPECT_NE(compare(1, "nobody").exit_code, 0);
  const Ended enrolled =
      type_as("officer", {"enrol", print_of(7), "--person", "p-7", "--encounter", "e-7", "--retention-days", "30",
                          "--biographic", "family_name=Prueba", "--biographic", "date_of_birth=1990-01-01"});
  ASSERT_EQ(enrolled.exit_code, 0) << errors() << enrolled.output;
  const Ended shown = type_as("officer", {"person", "show", "p-7", "--case-reference", "BOG-2026-17"});
  EXPECT_EQ(shown.exit_code, 0) << errors();
  EXPECT_TRUE(says(shown.output, "encounter e-7")) << shown.output;
  EXPECT_TRUE(says(shown.output, ("kept until " + day(30)).c_str())) << shown.output;
  const Ended kept = type_as("officer", {"person", "show", "p-7", "--encounter", "e-7"});
  EXPECT_TRUE(says(kept.output, "Prueba") && says(kept.output, "RIGHT_INDEX, an image of")) << kept.output;
  EXPECT_EQ(type_as("officer", {"person", "show", "p-7"}).exit_code, 3) << "of no file";
  EXPECT_EQ(type_as("officer", {"person", "show", "nobody", "--case-reference", "BOG-2026-17"}).exit_code, 4);
}

TEST_F(Command, one_s_questions_to_partners_are_listed) {
  const Ended none = type_as("officer", {"questions"});
  EXPECT_EQ(none.output, "no questions\n") << errors();
  flow::must(write_file(at("print.png"), flow::fingers_of(5, 3)[0].image));
  const Ended asked =
      type_as("officer", {"ask", "--partner", "USA", "--purpose", "border_identification", "--case-reference",
                          "BOG-2026-17", "--legal-basis", "Decreto 1067", "RIGHT_INDEX=" + at("print.png"), "--json"});
  ASSERT_EQ(asked.exit_code, 0) << errors() << asked.output;
  const std::string id = member(flow::must(parse_json(asked.output)), "exchange_id");
  const Ended listed = type_as("officer", {"questions", "--state", "queued", "--partner", "USA", "--limit", "5"});
  EXPECT_TRUE(says(listed.output, id.c_str()) && says(listed.output, "BOG-2026-17")) << listed.output << errors();
  EXPECT_EQ(type_as("other.officer", {"questions"}).output, "no questions\n");
  EXPECT_TRUE(says(type_as("supervisor", {"questions", "--language", "es"}).output, "su expediente"));
  EXPECT_EQ(type_as("officer", {"questions", "--state", "lost"}).exit_code, 2);
}

TEST_F(Command, r26_an_entry_of_a_watchlist_is_proposed_decided_met_and_removed) {
  Json entry = Json::object({{"format", 1},
                             {"person_id", "bogota-1"},
                             {"owner", "officer"},
                             {"category", "missing"},
                             {"file", "BOG-2026-88"},
                             {"legal_basis", "Ley 589 de 2000"},
                             {"facts", Json::array({Json::object({{"fact", "not seen since the flood"},
                                                                  {"source", "her brother"},
                                                                  {"date", day(-9)},
                                                                  {"document", "report 2026/881"}})})},
                             {"assessments", Json::array({Json::object({{"assessment", "thought to have gone north"},
                                                                        {"by", "luis.mora"},
                                                                        {"grade", "corroborated"},
                                                                        {"expires", day(30)}})})},
                             {"review", day(60)},
                             {"expires", day(120)}});
  const auto propose = [&](const Json& document) {
    flow::must(write_file(at("entry.json"), view(canonical(document))));
    return type_as("officer", {"watchlist", "propose", at("entry.json"), "--json"});
  };
  Json of_points = entry;
  EXPECT_EQ(propose(of_points.set("points", 8)).exit_code, 3);
  EXPECT_TRUE(says(errors(), "points or scores are no evidence")) << errors();
  const Ended proposed = propose(entry);
  ASSERT_EQ(proposed.exit_code, 0) << errors();
  const std::string id = member(flow::must(parse_json(proposed.output))["entry"], "entry_id");
  EXPECT_EQ(type_as("officer", {"watchlist", "decide", id, "in_force", "--reasons", flow::kFacts}).exit_code, 3);
  EXPECT_EQ(type_as("supervisor", {"watchlist", "decide", id, "in_force", "--reasons", flow::kFacts}).exit_code, 0)
      << errors();
  flow::must(world_.col.node->identify(flow::kOfficer, flow::fingers_of(1, 3), {"file 2026/114"}));
  const Ended told = type_as("officer", {"watchlist", "alerts"});
  EXPECT_TRUE(says(told.output, ("may be bogota-1, of entry " + id + ": identified; file: file 2026/114").c_str()))
      << told.output;
  EXPECT_EQ(type_as("supervisor", {"watchlist", "alerts"}).output, "no alerts of yours\n");
  EXPECT_EQ(type_as("other.officer", {"watchlist", "show", id}).exit_code, 4);
  const Ended shown = type_as("officer", {"watchlist", "show", id, "--language", "es"});
  for (const char* part : {"hecho (fact): not seen", "valoración (assessment): thought", "corroborados", "vigente"})
    EXPECT_TRUE(says(shown.output, part)) << shown.output;
  EXPECT_TRUE(says(type_as("supervisor", {"watchlist", "list"}).output, "in force; review on"));
  world_.clock.advance_ms(61 * kDayMs);
  EXPECT_TRUE(says(type_as("supervisor", {"watchlist", "list"}).output, "alerts nobody: its review was due on"));
  EXPECT_EQ(type_as("officer", {"watchlist", "remove", id, "--reasons", flow::kFacts}).exit_code, 0) << errors();
  EXPECT_EQ(type_as("supervisor", {"watchlist", "list"}).output, "no entries\n");
}

// A log of one bad row is read to its end, and the row is told.
TEST(Replayed, a_row_of_details_that_cannot_be_read_is_a_difference_and_ends_nothing) {
  flow::Country node;
  node.directory = std::filesystem::temp_directory_path() / ("puente-replayed-" + std::to_string(getpid()));
  const auto run = [&](std::vector<std::string> words) {
    for (const char* each : {"--data", node.directory.c_str()}) words.emplace_back(each);
    return flow::must(run_program(PUENTE_PROGRAM, words, node.directory + ".errors", 120'000));
  };
  ASSERT_EQ(run({"node", "init", "--country", "COL"}).exit_code, 0);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(run({"questions"}).exit_code, 0);
  ASSERT_EQ(run({"log", "replay"}).exit_code, 0);
  flow::damage(node, "UPDATE log_details SET sealed_details = x'00' WHERE number = (SELECT max(number) - 1 FROM log)");
  const Ended replayed = run({"log", "replay", "--json"});
  EXPECT_EQ(replayed.exit_code, 1);
  const Json told = flow::must(parse_json(replayed.output));
  ASSERT_EQ(told["differences"].as_array()->size(), 1u) << replayed.output;
  EXPECT_TRUE(member(told["differences"].as_array()->front(), "what").starts_with("its details cannot be read: "));
  std::filesystem::remove_all(node.directory);
}

// A sanitizer brings a memory of its own. A page that the kernel has to clear is a fault; an image of this size takes
// some 1,600 where its planes are given back each time.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Memory, of_one_image_serves_the_next) {
  const std::string folder = std::filesystem::temp_directory_path() / ("puente-memory-" + std::to_string(getpid()));
  const auto run = [&](const std::vector<std::string>& words) {
    const Ended ended = flow::must(run_program(PUENTE_PROGRAM, words, folder + ".errors", 120'000));
    EXPECT_EQ(ended.exit_code, 0);
    rusage used = {};
    getrusage(RUSAGE_CHILDREN, &used);
    return used.ru_minflt;
  };
  const long before = run({"synth", "people", "--count", "1", "--seed", "3", "--fingers", "2", "--out", folder});
  std::vector<std::string> words = {"extract"};
  for (int i = 0; i < 2; ++i) words.push_back(folder + "/000001_RIGHT_INDEX_1.png");
  const long two = run(words) - before;
  for (int i = 0; i < 20; ++i) words.push_back(words.back());
  const long twenty_two = run(words) - before - two;
  EXPECT_LT(twenty_two - two, 20 * 100);
  std::filesystem::remove_all(folder);
  std::filesystem::remove(folder + ".errors");
}
#endif

}  // namespace
}  // namespace puente::contract
