#include "policy/review.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/limits.h"
#include "core/person.h"
#include "policy/release.h"

namespace puente::policy {

namespace {

constexpr float kOneSpot = 2;  // pixels at 500 ppi: ridges are nine apart

bool is_outside(const ExhibitSide& print, const Mark& mark) {
  const auto within = [](float value, int side) { return 0 <= value && value < static_cast<float>(side); };
  return !within(mark.x, print.width) || !within(mark.y, print.height);  // what is no number is within nothing
}

bool any_on_one_spot(const std::vector<Mark>& marks) {
  for (std::size_t i = 0; i < marks.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::hypot(marks[i].x - marks[j].x, marks[i].y - marks[j].y) < kOneSpot) return true;
  return false;
}

std::optional<std::string> against_marks(const ExhibitSide& print, const std::vector<Mark>& marks) {
  if (marks.empty()) return std::nullopt;
  if (print.image.empty()) return "marks_without_picture";
  if (marks.size() < limits::kProbeMarksMin) return "marks_too_few";
  if (marks.size() > limits::kProbeMarksMax) return "marks_too_many";
  if (std::ranges::any_of(marks, [&](const Mark& each) { return is_outside(print, each); })) return "marks_outside";
  if (any_on_one_spot(marks)) return "marks_on_one_spot";
  return std::nullopt;
}

}  // namespace

Decision may_lock(const Marking& marking) {
  if (marking.marks.size() != marking.pairs.size())
    return Decision::deny({"prints_not_all_marked"}, Code::kInvalidInput);
  for (std::size_t i = 0; i < marking.pairs.size(); ++i) {
    if (const auto against = against_marks(marking.pairs[i].probe, marking.marks[i]))
      return Decision::deny({*against}, Code::kInvalidInput);
  }
  if (marking.locked_before) return Decision::deny({"probe_locked_before"});
  if (marking.not_seen > 0) return Decision::deny({"probe_not_seen"});
  return Decision::permit("probe_marked_alone");
}

Decision may_see_candidate(bool has_locked) {
  return has_locked ? Decision::permit("probe_marked_alone") : Decision::deny({"probe_not_locked"});
}

Decision may_examine(const Competence& examiner) {
  if (examiner.certified_until_ms == 0) return Decision::deny({"certificate_missing"});
  if (examiner.now_ms >= examiner.certified_until_ms) return Decision::deny({"certificate_expired"});
  if (examiner.suspended_ms != 0) return Decision::deny({"certificate_suspended"});
  return Decision::permit("examiner_certified");
}

Decision may_decide(const Review& review) {
  std::vector<std::string> against;
  if (!is_id(review.examiner)) against.emplace_back("examiner_missing");
  if (written(review.reasons) < kReasonsMin) against.emplace_back("verdict_reasons_too_short");
  if (review.reasons.size() > limits::kTextBytesMax) against.emplace_back("verdict_reasons_too_long");
  if (!against.empty()) return Decision::deny(std::move(against), Code::kInvalidInput);
  if (review.has_given_one) against.emplace_back("verdict_given_before");
  // alone: what else there is speaks of the candidate
  if (!review.has_locked) against.emplace_back("probe_not_locked");
  if (!against.empty()) return Decision::deny(std::move(against));
  if (review.seen < review.pairs) against.emplace_back("pairs_not_seen");
  if (review.doubts_not_seen > 0) against.emplace_back("doubts_not_seen");
  if (review.confirms_no_value) against.emplace_back("probe_of_no_value");
  if (review.confirms_several_people) against.emplace_back("several_people");
  if (!against.empty()) return Decision::deny(std::move(against));
  return Decision::permit("verdict_with_reasons");
}

std::size_t examiners_needed(Purpose purpose) {
  return names_an_offence(purpose) ? 2 : 1;
}

std::size_t examiners_needed(Purpose purpose, Verdict verdict) {
  return std::max<std::size_t>(examiners_needed(purpose), verdict == Verdict::kInconclusive ? 2 : 1);
}

}  // namespace puente::policy
