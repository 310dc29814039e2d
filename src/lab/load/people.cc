#include "lab/load/people.h"

#include <algorithm>
#include <array>
#include <set>

#include "audit/audit.h"
#include "core/entry.h"
#include "core/json.h"
#include "core/parallel.h"
#include "format/image/image.h"
#include "lab/evaluate/evaluate.h"
#include "lab/synth/synth.h"

namespace puente::load {
namespace {

constexpr std::uint64_t kSeed = 20'261'129;
constexpr std::size_t kAtATime = 2048;  // people a transaction
constexpr std::int64_t kRetentionMs = 365 * kDayMs;

constexpr std::array kFingers = {Finger::kRightIndex,  Finger::kLeftIndex,  Finger::kRightThumb, Finger::kLeftThumb,
                                 Finger::kRightMiddle, Finger::kLeftMiddle, Finger::kRightRing,  Finger::kLeftRing,
                                 Finger::kRightLittle, Finger::kLeftLittle};

struct Batch {
  std::vector<Encounter> encounters;
  std::vector<identify::Enrolled> searchable;
};

Batch make_people(const World& world, const evaluate::Filler& filler, std::size_t first, std::size_t count,
                  int fingers) {
  Batch out{std::vector<Encounter>(count), std::vector<identify::Enrolled>(count)};
  std::set<std::string> partners;
  for (const auto& country : world.asking) partners.insert(country->name);
  const std::int64_t now_ms = world.clock.now_ms();
  in_parallel(cores(), count, [&](int, std::size_t item) {
    const std::size_t number = first + item;
    Encounter& encounter = out.encounters[item];
    encounter.person_id = person_at(number);
    encounter.encounter_id = kEncounterId;
    encounter.created_ms = now_ms;
    encounter.retention_until_ms = now_ms + kRetentionMs;
    encounter.biographic = synth::make_person(kSeed, static_cast<std::uint32_t>(number)).biography;
    if (is_withheld(number)) encounter.standing.withheld_from = partners;
    out.searchable[item] = {encounter.person_id, encounter.encounter_id, encounter.standing, {}};
    for (int finger = 0; finger < fingers; ++finger) {
      const std::size_t print = number * static_cast<std::size_t>(fingers) + static_cast<std::size_t>(finger);
      out.searchable[item].prints.push_back(
          identify::make_print(kFingers.at(static_cast<std::size_t>(finger)), filler.make(print)));
    }
  });
  return out;
}

// One entry stands for all of them: the log of a gallery that took years would be as long as the gallery.
Status write_people(store::Store& store, audit::Log& log, const Batch& batch, std::int64_t now_ms) {
  const auto transaction = store.begin();
  for (std::size_t i = 0; i < batch.encounters.size(); ++i) {
    std::vector<store::Template> templates;
    for (const identify::Print& print : batch.searchable[i].prints)
      templates.push_back({{place_of(print.finger), finger::kTemplateFormat, print.features}, std::nullopt});
    const Encounter& encounter = batch.encounters[i];
    TRY(transaction->put_encounter(encounter, templates));
    if (encounter.standing.withheld_from.empty()) continue;
    // as an enrolment does; a node that finds none makes them as it opens, by searches for each
    TRY(transaction->put_protection({.person_id = encounter.person_id,
                                     .withheld_from = encounter.standing.withheld_from,
                                     .since_ms = now_ms,
                                     .set_by = "load",
                                     .reasons = "withheld at an enrolment",
                                     .lift_proposed_by = "",
                                     .lift_reasons = ""}));
  }
  Entry entry;
  entry.event = Event::kEnrolled;
  entry.time_ms = now_ms;
  const Json details{Json::Object()};  // an entry without any counts as one whose details were erased
  entry.details = sha256(view(canonical(details)));
  entry.rows = to_hex(ByteView(transaction->rows_digest()).first(16));
  const LogRow row = log.next(leaf_of(entry));
  TRY(transaction->append_log(row, details, {}));
  TRY(transaction->commit());
  log.accept(row);
  return {};
}

Result<Captured> capture(std::uint32_t number, std::uint32_t day, std::size_t fingers,
                         const synth::CaptureOptions& options) {
  Captured out;
  for (std::size_t i = 0; i < fingers; ++i) {
    const Image image = synth::capture(synth::grow_finger(kSeed, number, kFingers.at(i)), day, options);
    ASSIGN_OR_RETURN(finger::Extraction extraction, finger::extract(image));
    out.features.push_back(std::move(extraction.features));
    Sample sample{.position = capture_of(kFingers.at(i))};
    ASSIGN_OR_RETURN(sample.image, format::encode_wsq(image));
    out.samples.push_back(std::move(sample));
  }
  return out;
}

}  // namespace

Result<Captured> capture_person(std::uint32_t number, std::uint32_t day) {
  return capture(number, day, 2, {.difficulty = 0.5});
}

Result<Captured> capture_card(std::uint32_t number, std::uint32_t day, int fingers) {
  return capture(number, day, static_cast<std::size_t>(fingers), {.difficulty = 0.5, .width = 800, .height = 750});
}

std::string person_at(std::size_t number) {
  return "f-" + std::to_string(number);
}

bool is_withheld(std::size_t number) {
  return number % 10 == 9;
}

Status fill(const World& world, store::Store& store, identify::Gallery& gallery, std::vector<finger::Template> grown,
            const Options& options) {
  const evaluate::Filler filler(std::move(grown), kSeed);
  ASSIGN_OR_RETURN(audit::Log log, audit::Log::open(store, world.asked.log_origin(), world.asked.log));
  for (std::size_t done = 0; done < options.people;) {
    const std::size_t count = std::min(kAtATime, options.people - done);
    Batch batch = make_people(world, filler, done, count, options.fingers_per_person);
    TRY(write_people(store, log, batch, world.clock.now_ms()));
    gallery.add(std::move(batch.searchable));
    done += count;
    if (options.progress) options.progress("gallery", done, options.people);
  }
  return {};
}

}  // namespace puente::load
