// The examiner: a partner's hit side by side, a verdict, and what the verdict sets going.
#include <algorithm>

#include "format/format.h"
#include "service/counters.h"
#include "service/samples.h"
#include "service/service.h"

namespace puente::service {
namespace {

constexpr std::int64_t kVerdictDeliveryDays = 30;

Image picture_of(const Image& image, const finger::Template& features) {  // of minutiae alone: white paper
  if (!image.pixels.empty()) return image;
  Image blank{features.width, features.height, 1, 500, {}};
  blank.pixels.assign(static_cast<std::size_t>(blank.width) * blank.height, 255);
  return blank;
}

}  // namespace

// Each finger of the probe beside the one of the record that it may be and is most like.
Status Node::put_side_by_side(const Fingers& probe, const Fingers& reference, CaseView& view) {
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

Result<std::vector<Case>> Node::cases(const Caller& caller) {
  TRY(authorise(caller, Action::kListCases));
  return store_->cases(std::nullopt, 1000);
}

Result<CaseView> Node::view_case(const Caller& caller, const std::string& case_id) {
  TRY(authorise(caller, Action::kViewCase));
  CaseView view;
  ASSIGN_OR_RETURN(view.the_case, store_->case_record(case_id));
  if (view.the_case.state == CaseState::kOpen) {
    ASSIGN_OR_RETURN(const Bytes kept, store_->case_probe(case_id));
    ASSIGN_OR_RETURN(const std::vector<Sample> probe_samples, decode_samples(kept));
    ASSIGN_OR_RETURN(const Fingers probe, extract(probe_samples));
    ASSIGN_OR_RETURN(const Encounter encounter, store_->encounter(view.the_case.person_id, view.the_case.encounter_id));
    ASSIGN_OR_RETURN(Fingers reference, extract(encounter.samples, encounter.missing));
    check_order(reference).ok();  // names the fingers of slaps as enrolment did; that refused what contradicts them
    TRY(put_side_by_side(probe, reference, view));
  }
  store::Transaction transaction = store_->begin();
  Entry logged = exchange_entry(Event::kCaseViewed, caller.user, view.the_case.exchange_id, view.the_case.agreement_id,
                                view.the_case.purpose);
  ASSIGN_OR_RETURN([[maybe_unused]] const Receipt receipt,
                   commit(transaction, std::move(logged), Json::object({{"case_id", case_id}})));
  return view;
}

Result<Case> Node::decide_case(const Caller& caller, const std::string& case_id, Verdict verdict,
                               const std::string& reasons) {
  TRY(authorise(caller, Action::kDecideCase));
  store::Transaction transaction = store_->begin();
  ASSIGN_OR_RETURN(const Case open, store_->case_record(case_id));
  ASSIGN_OR_RETURN(const Case decided, casework::decide(open, verdict, caller.user, reasons, seams_.clock.now_ms()));
  TRY(transaction.update_case(decided));
  TRY(transaction.destroy_case_probe(case_id));

  const auto about = [&](Event event) {
    Entry out = exchange_entry(event, caller.user, decided.exchange_id, decided.agreement_id, decided.purpose);
    out.subject = pseudonym(pseudonym_key_, decided.person_id);
    return out;
  };
  std::vector<Written> entries;
  const bool confirmed = decided.state == CaseState::kConfirmed;
  entries.push_back({about(confirmed ? Event::kCaseConfirmed : Event::kCaseRejected),
                     Json::object({{"case_id", case_id}, {"reasons", reasons}})});
  entries.push_back({about(Event::kProbeDestroyed), Json::object({{"case_id", case_id}})});
  if (confirmed) {  // logged before it leaves: which elements, to whom
    const Agreement* agreement = this->agreement(decided.agreement_id);
    const auto record = store_->encounter(decided.person_id, decided.encounter_id);
    Result<policy::Disclosure> disclosure = Error{Code::kDenied, "no agreement or no record"};
    if (agreement != nullptr && record.ok()) {
      disclosure = policy::redact(*agreement, decided, record->biographic, seams_.clock.now_ms());
    }
    Json::Array elements;
    if (disclosure.ok()) {
      for (const auto& [element, value] : disclosure->elements()) elements.push_back(to_string(element));
    }
    entries.push_back({about(disclosure.ok() ? Event::kReleased : Event::kReleaseRefused),
                       Json::object({{"partner", decided.partner}, {"elements", Json(std::move(elements))}})});
  }
  TRY(enqueue_verdict(transaction, decided));
  ASSIGN_OR_RETURN([[maybe_unused]] const Receipt receipt, commit(transaction, std::move(entries)));
  return decided;
}

// The outbox holds no personal data: what is released is read and redacted anew at each attempt.
Status Node::enqueue_verdict(store::Transaction& transaction, const Case& decided) const {
  store::OutboxItem item;
  item.id = decided.case_id;
  item.peer = decided.partner;
  item.kind = "verdict";
  item.created_ms = item.next_try_ms = seams_.clock.now_ms();
  item.expires_ms = item.created_ms + kVerdictDeliveryDays * kDayMs;
  return transaction.enqueue(item);
}

// A confirmed case gives a release if policy still permits it; everything else gives not_confirmed.
Result<Bytes> Node::seal_verdict(const Agreement& agreement, exchange::Header& header, const Case& decided) const {
  const SealingPublicKey& to = agreement.party(decided.partner)->sealing_key;
  if (decided.state == CaseState::kConfirmed &&
      may_be_found(decided.person_id, decided.encounter_id, decided.partner)) {
    const auto record = store_->encounter(decided.person_id, decided.encounter_id);
    if (!record.ok() && record.error().code != Code::kNotFound)
      return record.error();  // erased meanwhile: not confirmed
    if (record.ok()) {
      const auto disclosure = policy::redact(agreement, decided, record->biographic, seams_.clock.now_ms());
      header.kind = exchange::Kind::kRelease;
      if (disclosure.ok()) return exchange::seal(header, *disclosure, config_.signing_key, to);
    }
  }
  header.kind = exchange::Kind::kNotConfirmed;
  return exchange::seal(header, exchange::NotConfirmedBody{decided.case_id}, config_.signing_key, to);
}

Status Node::deliver_verdict(const store::OutboxItem& item) {
  ASSIGN_OR_RETURN(const Case decided, store_->case_record(item.id));
  const Agreement* agreement = this->agreement(decided.agreement_id);
  if (agreement == nullptr) return Error{Code::kUnavailable, "the agreement of a decided case is not in use here"};
  exchange::Header sent = exchange::new_header(*agreement, config_.country, seams_.random.id("m-"), decided.exchange_id,
                                               seams_.clock.now_ms());
  ASSIGN_OR_RETURN(const Bytes sealed, seal_verdict(*agreement, sent, decided));
  ASSIGN_OR_RETURN(const exchange::Message reply, send(*agreement, sent, sealed));
  if (!std::holds_alternative<exchange::AcknowledgementBody>(reply.body)) {
    return Error{Code::kUnavailable, "the partner did not acknowledge a verdict"};
  }
  store::Transaction transaction = store_->begin();
  if (decided.state == CaseState::kConfirmed) {
    ASSIGN_OR_RETURN(const Case released, casework::release(decided));
    TRY(transaction.update_case(released));
  }
  TRY(transaction.remove_outbox(item.id));
  const auto receipt = commit(transaction, exchange_entry(Event::kReleaseAcknowledged, decided.partner,
                                                          decided.exchange_id, decided.agreement_id, decided.purpose));
  return receipt.ok() ? Status() : Status(receipt.error());
}

}  // namespace puente::service
