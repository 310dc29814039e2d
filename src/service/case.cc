// The examiner: a partner's hit side by side, a verdict, and what the verdict sets going.
#include <algorithm>

#include "format/image/image.h"
#include "service/fingers.h"
#include "service/inside.h"
#include "service/samples.h"

namespace puente::service {
namespace {

Image picture_of(const Image& image, const finger::Template& features) {  // of minutiae alone: white paper
  if (!image.pixels.empty()) return image;
  Image blank{features.width, features.height, 1, 500, {}};
  blank.pixels.assign(static_cast<std::size_t>(blank.width) * blank.height, 255);
  return blank;
}

// Each finger of the probe beside the one of the record that it may be and is most like.
Status put_side_by_side(const Fingers& probe, const Fingers& reference, CaseView& view) {
  finger::Scratch scratch;
  for (const Print& left : probe.usable) {
    const finger::Prepared prepared = finger::prepare(left.extraction.features);
    const Print* best = nullptr;
    double best_score = -1;
    for (const Print& each : reference.usable) {
      if (!index::comparable(each.position, left.position)) continue;
      const double score = finger::compare_score(prepared, finger::prepare(each.extraction.features), scratch);
      if (score > best_score) best = &each, best_score = score;
    }
    if (best == nullptr) continue;
    const finger::Template &ours = left.extraction.features, &theirs = best->extraction.features;
    const finger::Comparison comparison = finger::compare(prepared, finger::prepare(theirs), scratch);
    ASSIGN_OR_RETURN(Bytes png,
                     format::encode_png(finger::draw_comparison(picture_of(left.image, ours), ours,
                                                                picture_of(best->image, theirs), theirs, comparison)));
    view.pairs.push_back({capture_of(left.position), capture_of(best->position), std::move(png)});
  }
  return {};
}

}  // namespace

Result<std::vector<Case>> Node::cases(const Caller& caller) {
  TRY(authorise(caller, Action::kListCases));
  return inside_->store->cases(std::nullopt, 1000);
}

Result<CaseView> Node::view_case(const Caller& caller, const std::string& case_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewCase));
  CaseView view;
  ASSIGN_OR_RETURN(view.the_case, in.store->case_record(case_id));
  if (view.the_case.state == CaseState::kOpen) {
    ASSIGN_OR_RETURN(const Bytes kept, in.store->case_probe(case_id));
    ASSIGN_OR_RETURN(const std::vector<Sample> probe_samples, decode_samples(kept));
    ASSIGN_OR_RETURN(const Fingers probe, extract(probe_samples));
    ASSIGN_OR_RETURN(const Encounter encounter,
                     in.store->encounter(view.the_case.person_id, view.the_case.encounter_id));
    ASSIGN_OR_RETURN(Fingers reference, extract(encounter.samples, encounter.missing));
    check_order(reference).ok();  // names the fingers of slaps as enrolment did; that refused what contradicts them
    TRY(put_side_by_side(probe, reference, view));
  }
  store::Transaction transaction = in.store->begin();
  Entry logged = in.journal.entry(Event::kCaseViewed, caller.user, view.the_case.exchange_id,
                                  view.the_case.agreement_id, view.the_case.purpose);
  TRY(in.journal.commit(transaction, std::move(logged), Json::object({{"case_id", case_id}})));
  return view;
}

Result<Case> Node::decide_case(const Caller& caller, const std::string& case_id, Verdict verdict,
                               const std::string& reasons) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideCase));
  store::Transaction transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Case open, in.store->case_record(case_id));
  ASSIGN_OR_RETURN(const Case decided, casework::decide(open, verdict, caller.user, reasons, in.now_ms()));
  TRY(transaction.update_case(decided));
  TRY(transaction.destroy_case_probe(case_id));

  const auto about = [&](Event event) {
    Entry out = in.journal.entry(event, caller.user, decided.exchange_id, decided.agreement_id, decided.purpose);
    out.subject = in.journal.pseudonym_of(decided.person_id);
    return out;
  };
  std::vector<Written> entries;
  const bool confirmed = decided.state == CaseState::kConfirmed;
  entries.push_back({about(confirmed ? Event::kCaseConfirmed : Event::kCaseRejected),
                     Json::object({{"case_id", case_id}, {"reasons", reasons}})});
  entries.push_back({about(Event::kProbeDestroyed), Json::object({{"case_id", case_id}})});
  if (confirmed) {  // logged before it leaves: which elements, to whom
    const Agreement* agreement = in.treaties.by_id(decided.agreement_id);
    const auto record = in.store->encounter(decided.person_id, decided.encounter_id);
    Result<policy::Disclosure> disclosure = Error{Code::kDenied, "no agreement or no record"};
    if (agreement != nullptr && record.ok()) {
      disclosure = policy::redact(*agreement, decided, record->biographic, in.now_ms());
    }
    Json::Array elements;
    if (disclosure.ok()) {
      for (const auto& [element, value] : disclosure->elements()) elements.push_back(to_string(element));
    }
    entries.push_back({about(disclosure.ok() ? Event::kReleased : Event::kReleaseRefused),
                       Json::object({{"partner", decided.partner}, {"elements", Json(std::move(elements))}})});
  }
  TRY(enqueue_verdict(in, transaction, decided));
  TRY(in.journal.commit(transaction, std::move(entries)));
  return decided;
}

}  // namespace puente::service
