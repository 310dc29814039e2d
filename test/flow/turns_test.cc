// Nobody in the way of others: what a partner may cost a node, and what of it is written.
#include "core/tally.h"
#include "exchange/exchange.h"
#include "flow/damage.h"

namespace puente::flow {
namespace {

class Turns : public testing::Test {
 protected:
  // A question of the USA, as its node would send it, or as a hostile one does.
  Bytes question(std::vector<Sample> probe, const std::string& exchange_id, const std::string& message_id) {
    const Agreement agreement = must(policy::read_agreement(world.agreement_text));
    const exchange::Header header =
        exchange::new_header(agreement, "USA", message_id, exchange_id, world.clock.now_ms());
    const exchange::QuestionBody body{Purpose::kBorderIdentification, "FILE-2026-17", world.clock.now_ms() + kHourMs,
                                      std::move(probe)};
    return must(exchange::seal(header, body, world.usa.signing, world.col.sealing.public_key()));
  }
  Bytes question(std::vector<Sample> probe) {
    const std::string number = std::to_string(++count_);
    return question(std::move(probe), "x-" + number, "m-" + number);
  }
  exchange::Message answer_to(ByteView sealed) {
    const Agreement agreement = must(policy::read_agreement(world.agreement_text));
    AcceptedAgreement accepted;
    static_cast<Agreement&>(accepted) = agreement;
    return must(exchange::open(must(col().receive("USA", sealed)), std::span(&accepted, 1), "USA", world.usa.sealing,
                               world.clock.now_ms()));
  }
  std::vector<std::string> reasons(ByteView sealed) {
    const auto message = answer_to(sealed);
    const auto* refusal = std::get_if<exchange::RefusalBody>(&message.body);
    return refusal == nullptr ? std::vector<std::string>{} : refusal->reasons;
  }
  static std::vector<Sample> blank(int count = 1) {
    const Bytes page = must(format::encode_png(Image{400, 400, 1, 500, Bytes(160'000, 255)}));
    std::vector<Sample> out;
    for (int i = 0; i < count; ++i) out.push_back({static_cast<FingerCapture>(i + 1), page, 500});
    return out;
  }
  std::string log_text(const Country& country) {
    std::string out;
    for (const LogRow& row : must(must(store::open_log(country.directory))->log_rows(0, 1000)))
      out += std::string(text(row.leaf)) + "\n";
    return out;
  }
  service::Node& col() { return *world.col.node; }

  World world;
  int count_ = 0;
};

using Words = std::vector<std::string>;

TEST_F(Turns, a_restart_gives_a_partner_nothing_that_it_had_used_up) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reasons(question(blank())), Words{"no_features"});
  const auto used_up = [&] {  // and not merely to wait
    const service::Door door = col().may_send("USA");
    return !door.ok() && door.status.error().message.find("one at a time") == std::string::npos;
  };
  for (int i = 0; i < 100'000 && !used_up(); ++i) EXPECT_FALSE(col().receive("USA", {}).ok());
  ASSERT_TRUE(used_up());
  world.start(world.col);
  EXPECT_EQ(col().may_send("USA").status.error().code, Code::kQuotaExceeded);
  world.clock.advance_ms(kHourMs);
  EXPECT_TRUE(col().may_send("USA").ok());
  EXPECT_EQ(reasons(question(blank())), Words{"quota_used_up"}) << "the day's questions are counted in the store";
}

TEST_F(Turns, a_question_of_no_use_counts_against_the_quota) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reasons(question(blank())), Words{"no_features"});
  EXPECT_EQ(reasons(question(blank())), Words{"quota_used_up"});
}

TEST_F(Turns, a_question_that_takes_too_long_is_refused_and_counts) {
  world.change_config = [](service::Config& config) { config.question_work_ms_max = 1; };
  world.start(world.col);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reasons(question(fingers_of(1, 2))), Words{"deadline_exceeded"});
  EXPECT_EQ(reasons(question(fingers_of(1, 2))), Words{"quota_used_up"});
}

TEST_F(Turns, images_larger_than_fingers_are_refused_before_they_are_decoded_and_count) {
  const Bytes page = must(format::encode_png(Image{4000, 2500, 1, 500, Bytes(10'000'000, 255)}));
  const std::vector<Sample> probe = {{FingerCapture::kRightThumb, page, 500}};
  const auto before = tallied();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reasons(question(probe)), Words{"too_large"});
  EXPECT_EQ(tallied(), before);
  EXPECT_EQ(reasons(question(probe)), Words{"quota_used_up"});
}

TEST_F(Turns, of_a_probe_each_position_counts_once_and_ten_fingers_at_most) {
  std::vector<Sample> probe = fingers_of(1, 2);
  while (probe.size() < 20) probe.push_back(probe[probe.size() % 2]);
  const auto before = tallied();
  EXPECT_EQ(reasons(question(probe)), Words{});
  EXPECT_EQ(tallied()[static_cast<std::size_t>(Work::kExtract)] - before[static_cast<std::size_t>(Work::kExtract)], 2u);
}

TEST_F(Turns, what_is_refused_is_one_entry_a_minute_with_its_numbers) {
  const std::size_t before = world.events(world.col).size();
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(col().receive("USA", view("x")).ok());
  EXPECT_EQ(world.events(world.col).size(), before + 1);
  world.clock.advance_ms(kMinuteMs);
  col().work();
  EXPECT_EQ(world.events(world.col).size(), before + 2);
  world.clock.advance_ms(kMinuteMs);
  col().work();
  EXPECT_EQ(world.events(world.col).size(), before + 2);
  EXPECT_EQ(world.count(world.col, "messages_refused"), 2);
  EXPECT_NE(log_text(world.col).find(R"("reasons":["invalid_input"])"), std::string::npos);
}

TEST_F(Turns, who_sends_too_much_that_is_refused_is_not_listened_to_for_a_while) {
  while (col().may_send("USA").ok()) EXPECT_FALSE(col().receive("USA", view("x")).ok());
  EXPECT_TRUE(col().may_send("MEX").ok());
  world.clock.advance_ms(kMinuteMs + 1);
  EXPECT_TRUE(col().may_send("USA").ok());
  EXPECT_EQ(reasons(question(fingers_of(1, 2))), Words{});
}

TEST_F(Turns, refusals_beyond_a_few_are_answered_and_not_written_down) {
  for (int i = 0; i < 3; ++i) reasons(question(blank()));
  const std::size_t before = world.events(world.col).size();
  const int asked = limits::kPartnerEntriesMax + 20;
  for (int i = 0; i < asked; ++i) EXPECT_EQ(reasons(question(blank())), Words{"quota_used_up"});
  EXPECT_LE(world.events(world.col).size() - before, static_cast<std::size_t>(limits::kPartnerEntriesMax));
  world.clock.advance_ms(2 * kMinuteMs);
  col().work();
  EXPECT_EQ(world.count(world.col, "messages_refused"), 1);
}

TEST_F(Turns, nothing_is_written_for_a_partner_whose_agreement_is_over) {
  const Bytes before_the_end = question(fingers_of(1, 2), "x-known", "m-known");
  EXPECT_EQ(reasons(before_the_end), Words{});
  world.clock.advance_ms(200 * kDayMs);
  const std::size_t before = world.events(world.col).size();
  EXPECT_EQ(reasons(question(blank())), Words{"agreement_expired"});
  EXPECT_EQ(reasons(question(fingers_of(1, 2), "x-known", "m-again")), Words{"agreement_expired"});
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(col().receive("USA", view("x")).ok());
  EXPECT_EQ(world.events(world.col).size(), before);
}

TEST_F(Turns, the_same_question_again_gets_the_same_answer_and_an_entry_of_its_own) {
  world.enrol(world.col, 1, "bogota-1");
  const auto reference = [&](const char* message) {
    return std::get<exchange::AnswerBody>(answer_to(question(fingers_of(1, 2), "x-1", message)).body).reference;
  };
  const std::string first = reference("m-1");
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(reference("m-2"), first);
  EXPECT_EQ(world.count(world.col, "answered_again"), 1);
  EXPECT_EQ(world.count(world.col, "answered_reference"), 1);
  for (const LogRow& row : must(must(store::open_log(world.col.directory))->log_rows(0, 1000))) {
    const std::string leaf(text(row.leaf));
    const bool again = leaf.find("answered_again") != std::string::npos;
    EXPECT_FALSE(again && leaf.find("purpose") != std::string::npos) << "the first answer's is the one that was judged";
  }
}

TEST_F(Turns, no_word_of_a_partner_s_stands_in_the_log) {
  world.enrol(world.col, 1, "bogota-1");
  const std::string words = "RUIZ.ANA.MARIA:1990-04-30:CC-1020304050";
  const Bytes asked = question(fingers_of(1, 2), words, "RUIZ.m");
  EXPECT_FALSE(std::get<exchange::AnswerBody>(answer_to(asked).body).reference.empty());
  EXPECT_EQ(reasons(question(blank(), words + "2", "RUIZ.m2")), Words{"no_features"});
  const Case hit = must(col().cases(kExaminer)).cases.front();
  must(col().view_case(kExaminer, hit.case_id));
  EXPECT_EQ(log_text(world.col).find("RUIZ"), std::string::npos) << log_text(world.col);
  EXPECT_EQ(hit.exchange_id, words);  // the case knows it
}

// Whoever looks for a probe asks for the time once it is read, and once it was compared: there somebody else tries to
// write.
TEST_F(Turns, nobody_waits_to_write_while_a_question_is_searched_for) {
  world.enrol(world.col, 1, "bogota-1");
  const Bytes asked = question(fingers_of(1, 2), "x-1", "m-1");
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open((world.col.directory + "/puente.db").c_str(), &other), SQLITE_OK);
  const auto before = tallied();
  std::optional<bool> once_read, once_compared;  // could be written to
  world.clock.asked = [&] {
    const auto now = tallied();
    const auto took_place = [&](Work work) {
      return now[static_cast<std::size_t>(work)] > before[static_cast<std::size_t>(work)];
    };
    std::optional<bool>& free = took_place(Work::kCompare) ? once_compared : once_read;
    if (free || !took_place(Work::kExtract)) return;
    free = sqlite3_exec(other, "BEGIN IMMEDIATE; ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  const exchange::Message answer = answer_to(asked);
  world.clock.asked = nullptr;
  sqlite3_close(other);
  EXPECT_FALSE(std::get<exchange::AnswerBody>(answer.body).reference.empty());
  EXPECT_EQ(once_read, true);
  EXPECT_EQ(once_compared, true);
}

TEST_F(Turns, a_node_that_is_about_to_stop_gives_up_without_an_answer) {
  const Bytes asked = question(fingers_of(1, 2));
  col().stop();
  EXPECT_EQ(col().receive("USA", asked).error().code, Code::kUnavailable);
  world.start(world.col);
  EXPECT_EQ(reasons(question(fingers_of(1, 2), "x-1", "m-9")), Words{});
}

}  // namespace
}  // namespace puente::flow
