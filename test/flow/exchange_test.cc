// The main job between two nodes that do not trust each other, and what must not happen on the way.
#include <fstream>
#include <random>

#include "core/limits.h"
#include "exchange/exchange.h"
#include "flow/world.h"
#include "format/iso/iso.h"
#include "intake/intake.h"

namespace puente::flow {
namespace {

class Exchange : public ::testing::Test {
 protected:
  World world;
  // What a node has, whatever it shows of it.
  std::unique_ptr<store::Store> held_by(const Country& country) {
    return must(store::open(country.directory, store::Mode::kReadOnly, World::copy(country.node_key), world.random));
  }
  bool holds_probe(const std::string& case_id) { return held_by(world.col)->case_exhibit(case_id).ok(); }
};

TEST_F(Exchange, a_hit_is_confirmed_by_an_examiner_and_releases_exactly_what_is_agreed) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  ASSERT_EQ(hit.state, QuestionState::kHit);
  EXPECT_TRUE(hit.released.empty());

  mark_probe(world.col, hit.reference);
  const auto view = must(world.col.node->view_case(kExaminer, hit.reference));
  ASSERT_EQ(view.exhibit.pairs.size(), 2u);
  for (const auto kind :
       {service::PictureKind::kClean, service::PictureKind::kAligned, service::PictureKind::kMarked}) {
    const Bytes png = must(world.col.node->case_picture(kExaminer, hit.reference, 1, kind));
    EXPECT_FALSE(must(format::decode_image(png)).pixels.empty());
  }

  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.col.node->work();
  const Question released = world.state(world.usa, hit);
  ASSERT_EQ(released.state, QuestionState::kReleased);
  BiographicData agreed;
  const BiographicData all = biography_of(1);
  for (DataElement element : {DataElement::kFamilyName, DataElement::kGivenNames, DataElement::kDateOfBirth,
                              DataElement::kNationality, DataElement::kDocumentNumber}) {
    agreed[element] = all.at(element);
  }
  EXPECT_EQ(released.released, agreed);
  EXPECT_GT(all.size(), agreed.size());  // there was more to give away
  EXPECT_EQ(must(world.col.node->cases(kExaminer)).cases[0].state, CaseState::kReleased);
  EXPECT_TRUE(world.verify_log(world.usa).ok) << world.verify_log(world.usa).problem;
  EXPECT_TRUE(world.verify_log(world.col).ok);
}

TEST_F(Exchange, a_rejected_hit_releases_nothing) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kReject, "the cores differ clearly"));
  world.col.node->work();
  const Question ended = world.state(world.usa, hit);
  EXPECT_EQ(ended.state, QuestionState::kNotConfirmed);
  EXPECT_TRUE(ended.released.empty());
}

TEST_F(Exchange, nobody_known_is_no_hit_and_opens_no_case) {
  world.enrol(world.col, 1, "bogota-1");
  EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
  EXPECT_TRUE(must(world.col.node->cases(kExaminer)).cases.empty());
}

TEST_F(Exchange, r2_whoever_is_withheld_from_the_asker_is_not_found_by_it_but_by_others) {
  world.enrol(world.usa, 3, "protected", {"COL"});
  EXPECT_EQ(world.ask(world.col, world.usa, 3).state, QuestionState::kNoHit);
  EXPECT_EQ(must(world.usa.node->identify(kOfficer, fingers_of(3, 2), kOurFile)).candidates.size(), 1u);
  world.start(world.usa);  // and after a restart
  EXPECT_EQ(world.ask(world.col, world.usa, 3).state, QuestionState::kNoHit);
}

TEST_F(Exchange, a_purpose_that_the_agreement_lacks_is_refused_with_the_reason_and_nothing_is_sent) {
  const auto asked = world.try_ask(world.usa, world.col, 1, Purpose::kSeriousCrimeInvestigation);
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().code, Code::kDenied);
  EXPECT_NE(asked.error().message.find("purpose"), std::string::npos) << asked.error().message;
  world.usa.node->work();
  EXPECT_TRUE(world.seen.empty());
}

TEST_F(Exchange, r23_the_quota_holds_at_both_sides) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
  const auto fourth = world.try_ask(world.usa, world.col, 2);
  ASSERT_FALSE(fourth.ok());
  EXPECT_EQ(fourth.error().code, Code::kQuotaExceeded);
  world.clock.advance_ms(kDayMs);
  EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
}

TEST_F(Exchange, a_repeated_message_is_refused_and_the_same_question_again_gets_the_same_answer) {
  world.enrol(world.col, 1, "bogota-1");
  world.lose_replies = true;
  const Question waiting = world.ask(world.usa, world.col, 1);
  EXPECT_EQ(waiting.state, QuestionState::kQueued);
  const Bytes message = world.seen.at(0).second;
  EXPECT_EQ(world.col.node->receive("USA", message).error().code, Code::kReplayed);

  world.lose_replies = false;
  world.clock.advance_ms(5'000);
  world.usa.node->work();  // the outbox asks again, as a new message of the same exchange
  EXPECT_EQ(world.state(world.usa, waiting).state, QuestionState::kHit);
  EXPECT_EQ(must(world.col.node->cases(kExaminer)).cases.size(), 1u);
}

TEST_F(Exchange, a_message_held_back_too_long_or_from_a_wrong_clock_is_refused) {
  world.lose_replies = true;
  world.ask(world.usa, world.col, 2);
  const Bytes message = world.seen.at(0).second;
  world.clock.advance_ms(limits::kClockSkewMsMax + 1000);
  EXPECT_EQ(world.col.node->receive("USA", message).error().code, Code::kReplayed);
  world.clock.advance_ms(-2 * limits::kClockSkewMsMax - 2000);
  EXPECT_EQ(world.col.node->receive("USA", message).error().code, Code::kReplayed);
}

TEST_F(Exchange, a_verdict_out_of_order_is_refused) {
  world.enrol(world.col, 1, "bogota-1");
  world.lose_replies = true;  // USA never learns of the hit
  const Question waiting = world.ask(world.usa, world.col, 1);
  const std::string reference = must(world.col.node->cases(kExaminer)).cases.at(0).case_id;
  must(world.decide(world.col, reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.lose_replies = false;
  world.col.node->work();  // the release overtakes the answer
  EXPECT_EQ(world.state(world.usa, waiting).state, QuestionState::kQueued);
  EXPECT_TRUE(world.state(world.usa, waiting).released.empty());
  world.clock.advance_ms(5'000);
  world.usa.node->work();
  world.clock.advance_ms(5'000);
  world.col.node->work();
  EXPECT_EQ(world.state(world.usa, waiting).state, QuestionState::kReleased);  // in order, it arrives
}

TEST_F(Exchange, any_changed_byte_and_any_other_sender_is_refused) {
  world.lose_replies = true;
  world.ask(world.usa, world.col, 2);
  const Bytes message = world.seen.at(0).second;
  const unsigned seed = std::random_device()();
  std::mt19937 chance(seed);
  for (int i = 0; i < 50; ++i) {
    Bytes changed = message;
    changed[chance() % changed.size()] ^= static_cast<std::uint8_t>(1 + chance() % 255);
    EXPECT_FALSE(world.col.node->receive("USA", changed).ok()) << "seed " << seed;
  }
  world.clock.advance_ms(1'000);
  EXPECT_EQ(world.col.node->receive("VEN", message).error().code, Code::kUnauthenticated);
}

TEST_F(Exchange, a_partner_out_of_reach_holds_nothing_up_and_is_asked_when_it_is_back) {
  world.enrol(world.col, 1, "bogota-1");
  world.line_down = true;
  EXPECT_TRUE(
      must(world.usa.node->identify(kOfficer, fingers_of(1, 2), kOurFile)).candidates.empty());  // the local answer
  const Question queued = world.ask(world.usa, world.col, 1);
  EXPECT_EQ(queued.state, QuestionState::kQueued);
  world.start(world.usa);  // the question outlives the process
  world.clock.advance_ms(10'000);
  world.usa.node->work();
  EXPECT_EQ(world.state(world.usa, queued).state, QuestionState::kQueued);
  world.line_down = false;
  world.clock.advance_ms(limits::kOutboxBackoffMsMax);
  world.usa.node->work();
  EXPECT_EQ(world.state(world.usa, queued).state, QuestionState::kHit);
}

TEST_F(Exchange, a_question_nobody_answers_expires) {
  world.line_down = true;
  const Question queued = world.ask(world.usa, world.col, 1);
  world.clock.advance_ms(4 * kDayMs);
  world.usa.node->work();
  EXPECT_EQ(world.state(world.usa, queued).state, QuestionState::kExpired);
  EXPECT_EQ(world.usa.node->health().outbox, 0u);
}

TEST_F(Exchange, an_expired_agreement_permits_nothing_on_either_side) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  world.clock.advance_ms(101 * kDayMs);
  EXPECT_EQ(world.try_ask(world.usa, world.col, 1).error().code, Code::kDenied);
  // and what was asked before is no longer released, whatever the examiner says
  const auto decided = world.decide(world.col, hit.reference, Verdict::kConfirm, "same minutiae, four fingers");
  if (decided.ok()) world.col.node->work();
  EXPECT_TRUE(world.state(world.usa, hit).released.empty());
}

TEST_F(Exchange, r6_a_case_nobody_decides_expires_and_its_probe_goes) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  EXPECT_TRUE(holds_probe(hit.reference));
  world.clock.advance_ms(8 * kDayMs);
  world.col.node->work();
  EXPECT_FALSE(holds_probe(hit.reference));
  world.clock.advance_ms(6'000);
  world.col.node->work();
  EXPECT_EQ(must(world.col.node->cases(kExaminer)).cases[0].state, CaseState::kExpired);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
}

TEST_F(Exchange, r6_with_the_verdict_goes_the_probe_whatever_it_was) {
  world.enrol(world.col, 1, "bogota-1");
  for (const Verdict verdict : {Verdict::kConfirm, Verdict::kReject, Verdict::kInconclusive}) {
    const Question hit = world.ask(world.usa, world.col, 1);
    EXPECT_TRUE(holds_probe(hit.reference));
    must(world.examine(world.col, hit.reference, verdict, "same ridge flow and minutiae"));
    EXPECT_FALSE(holds_probe(hit.reference)) << to_string(verdict);
  }
}

TEST_F(Exchange, r11_released_data_are_erased_when_their_time_is_over) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.col.node->work();
  ASSERT_FALSE(world.state(world.usa, hit).released.empty());
  world.clock.advance_ms(31 * kDayMs);
  EXPECT_TRUE(world.state(world.usa, hit).released.empty()) << "not shown, though nothing has erased them yet";
  EXPECT_FALSE(must(held_by(world.usa)->question(hit.exchange_id)).released.empty());
  world.usa.node->work();
  EXPECT_TRUE(must(held_by(world.usa)->question(hit.exchange_id)).released.empty());
}

// Not compared, so not answered: a "no hit" that had not looked would be believed.
TEST_F(Exchange, an_eye_among_the_fingers_is_refused_where_nobody_agreed_on_eyes) {
  const Agreement agreement = must(policy::read_agreement(world.agreement_text));
  exchange::QuestionBody question{Purpose::kBorderIdentification, "FILE-2026-17", world.clock.now_ms() + kDayMs,
                                  fingers_of(1, 2)};
  question.probe.push_back(sample_at(place_of(Eye::kLeft)));
  question.probe.back().image = to_bytes("an eye");
  const exchange::Header asked = exchange::new_header(agreement, "USA", "m-1", "x-1", world.clock.now_ms());
  ASSERT_EQ(asked.version, 3);
  const Bytes sealed = must(exchange::seal(asked, question, world.usa.signing, world.col.sealing.public_key()));
  const Bytes reply = must(world.col.node->receive("USA", sealed));
  const AcceptedAgreement accepted{agreement};
  const auto message =
      must(exchange::open(reply, std::span(&accepted, 1), "USA", world.usa.sealing, world.clock.now_ms()));
  EXPECT_EQ(std::get<exchange::RefusalBody>(message.body).reasons,
            (std::vector<std::string>{"modality_not_in_agreement", "modality_not_compared_here"}));
}

// Minutiae of one finger, in a record that says they are of these.
Bytes minutiae_said_to_be_of(const Sample& print, std::initializer_list<int> positions) {
  const auto extracted = must(finger::extract(must(format::decode_image(print.image))));
  format::MinutiaeRecord record =
      intake::to_minutiae_record(extracted.features, format::MinutiaeFormat::kIso2011, Finger::kRightIndex);
  const format::MinutiaeView view = record.views.front();
  record.views.clear();
  for (const int position : positions) record.views.emplace_back(view).position = static_cast<std::uint8_t>(position);
  return must(format::write_minutiae_record(record));
}

// Whatever a partner puts into a sample, in either version: a reply, no case, and a node that goes on and starts again.
TEST_F(Exchange, a_sample_that_is_not_what_its_place_says_harms_nothing) {
  world.enrol(world.col, 1, "bogota-1");
  const Agreement agreement = must(policy::read_agreement(world.agreement_text));
  const AcceptedAgreement accepted{agreement};
  const Sample print = fingers_of(2, 2)[0];
  std::vector<Bytes> odd = {to_bytes("no file at all"), Bytes(1, 0), Bytes(100'000, 0xff), print.image};
  odd.back().resize(print.image.size() / 2);
  const std::size_t no_files = odd.size();
  for (const int position : {13, 15, 63, 255}) odd.push_back(minutiae_said_to_be_of(print, {position}));
  odd.push_back(minutiae_said_to_be_of(print, {2, 14}));
  for (const int version : {1, 2, 3}) {
    for (std::size_t i = 0; i < odd.size(); ++i) {
      exchange::QuestionBody question{
          Purpose::kBorderIdentification, "FILE-2026-17", world.clock.now_ms() + kDayMs, {print, print}};
      question.probe.back().image = odd[i];
      if (i < no_files) question.probe.back().position = FingerCapture::kLeftThumb;  // a second one would be left out
      const std::string id = std::to_string(version) + "-" + std::to_string(i);
      exchange::Header asked = exchange::new_header(agreement, "USA", "m-" + id, "x-" + id, world.clock.now_ms());
      asked.version = version;
      const Bytes sealed = must(exchange::seal(asked, question, world.usa.signing, world.col.sealing.public_key()));
      const Bytes reply = must(world.col.node->receive("USA", sealed));
      const auto message =
          must(exchange::open(reply, std::span(&accepted, 1), "USA", world.usa.sealing, world.clock.now_ms()));
      EXPECT_TRUE(i >= no_files || std::holds_alternative<exchange::RefusalBody>(message.body)) << id;
      world.clock.advance_ms(kDayMs / 4);  // within the quota
    }
  }
  EXPECT_TRUE(must(world.col.node->cases(kExaminer)).cases.empty());
  world.enrol(world.col, 3, "bogota-3");
  world.clock.advance_ms(kDayMs);  // another day's quota
  world.start(world.col);
  EXPECT_EQ(world.ask(world.usa, world.col, 3).state, QuestionState::kHit);
}

TEST_F(Exchange, r7_a_verdict_is_an_examiners_alone_once_and_with_reasons) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  service::Node& col = *world.col.node;
  EXPECT_EQ(col.decide_case(kOfficer, hit.reference, Verdict::kConfirm, "same ridge flow").error().code, Code::kDenied);
  for (const char* nothing : {"yes", "aaaaaaaaaa", "okokokokok", "ok ok ok ok ok ok", "xxxx yyyy xxxx"})
    EXPECT_EQ(world.decide(world.col, hit.reference, Verdict::kConfirm, nothing).error().code, Code::kInvalidInput);
  EXPECT_EQ(col.decide_case(kExaminer, "c-none", Verdict::kConfirm, "same ridge flow").error().code, Code::kNotFound);
  must(col.decide_case(kExaminer, hit.reference, Verdict::kReject, "the cores differ clearly"));
  EXPECT_EQ(col.decide_case(kExaminer, hit.reference, Verdict::kConfirm, "same ridge flow").error().code,
            Code::kConflict);
}

TEST_F(Exchange, r7_no_verdict_without_that_examiners_own_look_at_every_pair) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  const Caller other = kSecondExaminer;
  service::Node& col = *world.col.node;
  const auto refused = [&](const Caller& examiner) {
    const auto decided = col.decide_case(examiner, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae");
    return !decided.ok() && decided.error().code == Code::kDenied;
  };
  EXPECT_TRUE(refused(kExaminer)) << "nobody has looked";
  for (const Caller& each : {kExaminer, other}) mark_probe(world.col, hit.reference, each);
  EXPECT_TRUE(refused(kExaminer)) << "the question's prints alone";
  must(col.case_facts(kExaminer, hit.reference));
  EXPECT_TRUE(refused(kExaminer)) << "the case's facts are not its fingers";
  must(col.cases(kExaminer));
  must(col.view_case(kExaminer, hit.reference));
  EXPECT_TRUE(refused(kExaminer)) << "all pairs sent are not all pairs looked at";
  for (std::size_t pair = 0; pair < 2; ++pair)
    must(col.case_picture(other, hit.reference, pair, service::PictureKind::kClean));
  EXPECT_TRUE(refused(kExaminer)) << "somebody else has looked";
  must(col.case_picture(kExaminer, hit.reference, 0, service::PictureKind::kClean));
  must(col.case_picture(kExaminer, hit.reference, 0, service::PictureKind::kMarked));
  EXPECT_TRUE(refused(kExaminer)) << "at one of two";
  world.start(world.col);
  must(world.col.node->case_picture(kExaminer, hit.reference, 1, service::PictureKind::kAligned));
  must(world.col.node->decide_case(kExaminer, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
}

TEST_F(Exchange, r9_an_examiner_who_cannot_tell_says_so_and_nothing_is_released) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  const Case decided =
      must(world.decide(world.col, hit.reference, Verdict::kInconclusive, "too smeared to count ridges"));
  EXPECT_EQ(decided.state, CaseState::kInconclusive);
  EXPECT_EQ(world.count(world.col, "case_decided"), 1);
  world.col.node->work();
  const Question ended = world.state(world.usa, hit);
  EXPECT_EQ(ended.state, QuestionState::kNotConfirmed) << "the partner learns no more than that";
  EXPECT_TRUE(ended.released.empty());
}

// Every byte string of the probe that could give it away: pieces of the image files, and of their base64.
bool disk_holds(const std::string& directory, const std::vector<Sample>& probe) {
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    for (const Sample& sample : probe) {
      const std::string base64 = to_base64(sample.image);
      for (std::size_t at = 64; at + 24 < sample.image.size(); at += 4096) {
        if (content.find(std::string(text(ByteView(sample.image).subspan(at, 24)))) != std::string::npos) return true;
        if (content.find(base64.substr(at / 3 * 4, 32)) != std::string::npos) return true;
      }
    }
  }
  return false;
}

TEST_F(Exchange, what_partners_had_left_and_nobody_can_read_keeps_no_node_from_starting) {
  world.plant(world.col, [](store::Transaction& transaction) {
    must(transaction.put_state("partners-have-left", view("another program's")));
  });
  world.enrol(world.col, 1, "bogota-1");
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
}

TEST_F(Exchange, r6_nothing_of_a_probe_is_on_the_answering_nodes_disk) {
  world.enrol(world.col, 1, "bogota-1");
  EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
  EXPECT_FALSE(disk_holds(world.col.directory, fingers_of(2, 2)));
  const Question hit = world.ask(world.usa, world.col, 1);
  EXPECT_FALSE(disk_holds(world.col.directory, fingers_of(1, 2)));  // sealed while the case is open
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  EXPECT_FALSE(disk_holds(world.col.directory, fingers_of(1, 2)));
  EXPECT_EQ(must(world.col.node->view_case(kExaminer, hit.reference)).exhibit.pairs.size(), 0u);

  std::ofstream(world.col.directory + "/leak", std::ios::binary)  // the search itself finds what is there
      << text(fingers_of(2, 2)[0].image);
  EXPECT_TRUE(disk_holds(world.col.directory, fingers_of(2, 2)));
}

// As docs/formats/exchange.md says, both of what is hidden and of what is not.
TEST_F(Exchange,
       r5_answers_refusals_releases_and_rejections_are_of_one_length_and_only_hits_are_followed_by_a_message) {
  constexpr std::size_t kBlock = 16'449;
  world.enrol(world.col, 1, "bogota-1");
  std::vector<std::size_t> replies;
  world.replied = [&](const Bytes& reply) { replies.push_back(reply.size()); };
  const Question confirmed = world.ask(world.usa, world.col, 1), rejected = world.ask(world.usa, world.col, 1);
  EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
  EXPECT_EQ(world.seen.size(), 3u);
  must(world.decide(world.col, confirmed.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  must(world.decide(world.col, rejected.reference, Verdict::kReject, "the cores differ clearly"));
  world.col.node->work();
  ASSERT_EQ(world.seen.size(), 5u) << "two hits, two further messages";
  for (std::size_t i = 3; i < 5; ++i) {
    EXPECT_EQ(world.seen[i].first, "USA");
    EXPECT_EQ(world.seen[i].second.size(), kBlock);
  }
  must(world.col.node->suspend_agreement(kSupervisor, "test-1", "order 12 of the ministry"));
  world.clock.advance_ms(kDayMs);
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kRefused);
  EXPECT_EQ(replies, std::vector<std::size_t>(6, kBlock));
}

TEST_F(Exchange, r29_what_travels_shows_neither_probe_nor_answer) {
  world.enrol(world.col, 1, "bogota-1");
  world.ask(world.usa, world.col, 1);
  for (const auto& [to, bytes] : world.seen) {
    const std::string content(text(bytes));
    EXPECT_EQ(content.find("border_identification"), std::string::npos);
    EXPECT_EQ(content.find("\x89PNG\r\n"), std::string::npos);
  }
}

}  // namespace
}  // namespace puente::flow
