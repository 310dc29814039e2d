// Whoever is hidden from a country is, for it, nobody: all that its question brings back or leaves behind is the same
// as if nothing were held of them (R3, R34). Two nodes that differ in one hidden record alone are asked the same.
// PUENTE_MEASURE=1: 2,000 pairs, and how long the answers take (Welch's t).
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "exchange/exchange.h"
#include "flow/welch.h"
#include "flow/world.h"
#include "intake/intake.h"

namespace puente::flow {
namespace {

constexpr std::uint32_t kHidden = 900;

enum class Form { kPng, kWsq, kMinutiae };

Sample probe_of(std::uint32_t person, std::uint32_t day, Form form) {
  static std::map<std::uint32_t, synth::GrownFinger> grown;
  auto master = grown.find(person);
  if (master == grown.end()) master = grown.emplace(person, synth::grow_finger(77, person, Finger::kRightIndex)).first;
  synth::CaptureOptions careful;
  careful.difficulty = 0.5;
  const Image image = synth::capture(master->second, day, careful);
  Sample out;
  out.position = capture_of(Finger::kRightIndex);
  switch (form) {
    case Form::kPng:
      out.image = must(format::encode_png(image));
      break;
    case Form::kWsq:
      out.image = must(format::encode_wsq(image, 2.25));
      break;
    case Form::kMinutiae: {
      const auto extracted = must(finger::extract(image));
      out.image = must(format::write_minutiae_record(
          intake::to_minutiae_record(extracted.features, format::MinutiaeFormat::kIso2011, Finger::kRightIndex)));
      break;
    }
  }
  return out;
}

// What an answer shows to who asked, and to who reads the log's leaves: each value that is a name by itself, each that
// is drawn or counted by its length.
struct Seen {
  std::size_t reply_bytes = 0;
  std::string reply;
  std::vector<std::string> entries;
  double us = 0;
  bool looks_like(const Seen& other) const {
    return reply_bytes == other.reply_bytes && reply == other.reply && entries == other.entries;
  }
};

std::string shape_of(ByteView leaf) {
  static const std::set<std::string> kNames{"event", "agreement", "purpose", "reasons", "v"};
  const Json entry = must(parse_json(text(leaf)));
  std::string out;
  for (const auto& [name, value] : *entry.as_object()) {
    const std::string said = canonical(value);
    out += name + "=" + (kNames.contains(name) ? said : std::to_string(said.size())) + " ";
  }
  return out;
}

class Ground {
 public:
  Ground(std::uint32_t people, std::vector<std::string> hidden_from, bool holds) {
    auto clause = World::clause("border_identification");
    clause.set("daily_quota", 1'000'000);
    world.agreement_text = world.agreement("test-2", world.usa, world.col, Json::array({clause}), "test-1");
    world.start(world.usa);
    for (std::uint32_t person = 0; person < people; ++person)
      world.enrol(world.usa, person, "p-" + std::to_string(person));
    if (holds) world.enrol(world.usa, kHidden, "p-hidden", std::move(hidden_from));
    accepted_ = AcceptedAgreement{must(policy::read_agreement(world.agreement_text))};
    rows_ = world.events(world.usa).size();
  }

  Seen ask(const Sample& probe, std::size_t number) {
    world.clock.advance_ms(10 * kMinuteMs);
    const std::string id = std::to_string(100'000 + number);
    const exchange::QuestionBody question{
        Purpose::kBorderIdentification, "FILE-2026-17", world.clock.now_ms() + kDayMs, {probe}};
    const exchange::Header header = exchange::new_header(accepted_, "COL", "m-" + id, "x-" + id, world.clock.now_ms());
    const Bytes sealed = must(exchange::seal(header, question, world.col.signing, world.usa.sealing.public_key()));
    Seen out;
    const auto begin = std::chrono::steady_clock::now();
    const Bytes reply = must(world.usa.node->receive("COL", sealed));
    out.us = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
    out.reply_bytes = reply.size();
    const auto message =
        must(exchange::open(reply, std::span(&accepted_, 1), "COL", world.col.sealing, world.clock.now_ms()));
    if (const auto* answer = std::get_if<exchange::AnswerBody>(&message.body))
      out.reply = "answer " + std::to_string(answer->reference.size());
    else
      out.reply = "refused " + canonical(Json::strings(std::get<exchange::RefusalBody>(message.body).reasons));
    for (const LogRow& row : must(must(store::open_log(world.usa.directory))->log_rows(rows_, 1000))) {
      out.entries.push_back(shape_of(row.leaf));
      ++rows_;
    }
    return out;
  }

  World world;

 private:
  AcceptedAgreement accepted_;
  std::uint64_t rows_ = 0;
};

// How many of these pairs of answers differ in anything but time, over new captures of the person's finger; and t of
// the time for each form.
std::size_t pairs_that_differ(Ground& with, Ground& without, std::size_t pairs, std::vector<double>& t) {
  std::size_t differ = 0;
  for (const Form form : {Form::kPng, Form::kWsq, Form::kMinutiae}) {
    std::vector<double> took_with, took_without;
    for (std::size_t i = 0; i < pairs; ++i) {
      const Sample probe = probe_of(kHidden, static_cast<std::uint32_t>(10 + i), form);
      const std::size_t number = static_cast<std::size_t>(form) * pairs + i;
      Seen one, other;
      if (i % 2 == 0) one = with.ask(probe, number), other = without.ask(probe, number);
      if (i % 2 == 1) other = without.ask(probe, number), one = with.ask(probe, number);
      differ += one.looks_like(other) ? 0 : 1;
      took_with.push_back(one.us);
      took_without.push_back(other.us);
    }
    t.push_back(welch_t(took_with, took_without));
  }
  return differ;
}

TEST(NonInterference, r3_of_who_is_hidden_neither_answer_nor_log_nor_time_tells) {
  const bool measure = std::getenv("PUENTE_MEASURE") != nullptr;
  Ground with(measure ? 60 : 6, {"COL"}, true), without(measure ? 60 : 6, {}, false);
  std::vector<double> t;
  EXPECT_EQ(pairs_that_differ(with, without, measure ? 667 : 4, t), 0u);
  if (!measure) return;
  for (const double each : t) {
    std::printf("hidden against absent: t = %.2f\n", each);
    EXPECT_LT(std::abs(each), 4.5);
  }
}

// The same judges, with the protection off: they see it. Else the test above would say nothing.
TEST(NonInterference, r3_without_the_protection_each_pair_differs) {
  Ground with(6, {}, true), without(6, {}, false);
  std::vector<double> t;
  EXPECT_EQ(pairs_that_differ(with, without, 2, t), 6u);
}

}  // namespace
}  // namespace puente::flow
